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
 * Vectors over n parameters on one lane, all fp32, as methods of continual learning use them: bound
 * by memory.
 */
@State(Scope.Thread)
@Fork(
    value = 1,
    jvmArgsAppend = {Lane.MODULES, Lane.NATIVE, Lane.COLLECTOR})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RangesBenchmark {
  /** {@code cpu}, {@code sim}, {@code sim:bf16}, {@code cuda} or {@code cuda:bf16}. */
  @Param("cpu")
  public String device;

  /** n: half of {@code tiny}, and vectors that no cache holds. */
  @Param({"500000", "8000000"})
  public int parameters;

  private Lane lane;
  private Tensor x;
  private Tensor y;
  private Tensor weights;
  private Tensor anchor;

  @Setup(Level.Trial)
  public void setUp() {
    lane = new Lane(device);
    x = lane.normalFp32(parameters);
    y = lane.normalFp32(parameters);
    weights = lane.normalFp32(parameters);
    anchor = lane.normalFp32(parameters);
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    lane.close();
  }

  @Benchmark
  public void dot(Work work) {
    lane.run(work, 2.0 * parameters, 8.0 * parameters, ops -> ops.dot(x, y));
  }

  @Benchmark
  public void axpy(Work work) {
    lane.run(work, 2.0 * parameters, 12.0 * parameters, ops -> ops.axpy(y, 1e-6f, x));
  }

  @Benchmark
  public void accumulateSquares(Work work) {
    lane.run(work, 3.0 * parameters, 12.0 * parameters, ops -> ops.accumulateSquares(y, x, 1e-6f));
  }

  @Benchmark
  public void quadraticPenalty(Work work) {
    lane.run(
        work,
        6.0 * parameters,
        20.0 * parameters,
        ops -> ops.quadraticPenalty(y, x, weights, anchor, 1e-6f));
  }
}

// To run it on the CPU:   bench/run RangesBenchmark
// On a GPU, in bf16:      bench/run RangesBenchmark -p device=cuda:bf16
// Beside another build:   bench/run RangesBenchmark -rf json -rff after.json; tools/compare
// before.json after.json
