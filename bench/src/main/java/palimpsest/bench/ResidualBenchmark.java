package palimpsest.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import palimpsest.ops.Tensor;

/**
 * What moves activations {@code [N, C]} on one lane and hardly computes: sums, copies, and the rows
 * that count, a quarter of all. Bound by memory.
 */
@State(Scope.Thread)
@Fork(
    value = 1,
    jvmArgsAppend = {Lane.MODULES, Lane.NATIVE, Lane.COLLECTOR})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ResidualBenchmark {
  /** {@code cpu}, {@code sim}, {@code sim:bf16}, {@code cuda} or {@code cuda:bf16}. */
  @Param("cpu")
  public String device;

  /** N. */
  @Param({"512", "8192"})
  public int rows;

  /** C. */
  @Param({"128", "768"})
  public int width;

  private Lane lane;
  private Tensor all;
  private Tensor other;
  private Tensor some;
  private Tensor numbers;

  @Setup(Level.Trial)
  public void setUp() {
    lane = new Lane(device);
    all = lane.zeros(rows, width);
    other = lane.normal(rows, width);
    some = lane.normal(rows / 4, width);
    numbers = lane.spread(rows / 4, rows);
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    lane.close();
  }

  @Benchmark
  public void add(Work work) {
    lane.run(work, 1.0 * rows * width, passes(3), ops -> ops.add(all, other));
  }

  @Benchmark
  public void copy(Work work) {
    lane.run(work, 0, passes(2), ops -> ops.copy(all, other));
  }

  @Benchmark
  public void gatherRows(Work work) {
    lane.run(work, 0, passes(0.5), ops -> ops.gatherRows(some, other, numbers));
  }

  @Benchmark
  public void scatterRows(Work work) {
    lane.run(work, 0, passes(1.25), ops -> ops.scatterRows(all, some, numbers));
  }

  private double passes(double passes) {
    return passes * lane.bytes() * rows * width;
  }
}

// To run it on the CPU:   bench/run ResidualBenchmark
// On a GPU, in bf16:      bench/run ResidualBenchmark -p device=cuda:bf16
// Beside another build:   bench/run ResidualBenchmark -rf json -rff after.json; tools/compare
// before.json after.json
