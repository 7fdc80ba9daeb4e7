package palimpsest.bench;

import java.lang.management.ManagementFactory;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** CPU time of all threads, so that JMH prints it for a step. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class CpuTime {
  /** Steps of this iteration, which the benchmark counts. */
  long steps;

  private long start;

  @Setup(Level.Iteration)
  public void begin() {
    start = nanos();
    steps = 0;
  }

  public double microsecondsPerStep() {
    return (nanos() - start) / 1e3 / Math.max(1, steps);
  }

  private static long nanos() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime();
  }
}
