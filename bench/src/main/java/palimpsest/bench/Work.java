package palimpsest.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What an invocation had to do, so that JMH prints GFLOP/s and GB/s beside the rate of calls. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Work {
  /** Floating-point operations, in 10⁹. */
  public double gigaflops;

  /** Bytes that had to be read or written at least, in 10⁹. */
  public double gigabytes;

  void add(double flops, double bytes) {
    gigaflops += flops * 1e-9;
    gigabytes += bytes * 1e-9;
  }
}
