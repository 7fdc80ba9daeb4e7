package palimpsest.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What an invocation had to do, so that JMH prints GFLOP/s, GB/s and the share that a stream was
 * busy beside the rate of calls.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Work {
  /** Floating-point operations, in 10⁹. */
  public double gigaflops;

  /** Bytes that had to be read or written at least, in 10⁹. */
  public double gigabytes;

  /**
   * Seconds that the lane itself took, between events of its stream: as a rate, the share of the
   * time that the GPU was at work. 0 on a CPU.
   */
  public double busy;

  void add(double flops, double bytes) {
    gigaflops += flops * 1e-9;
    gigabytes += bytes * 1e-9;
  }
}
