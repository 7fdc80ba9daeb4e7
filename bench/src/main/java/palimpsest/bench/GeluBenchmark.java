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
import palimpsest.ops.Activation;
import palimpsest.ops.Tensor;

/**
 * GELU's derivative on one lane, in place on the gradient: reads two, writes one {@code [N, 4C]}.
 * The forward is measured with the product it is fused into, in {@link MatmulBenchmark}.
 */
@State(Scope.Thread)
@Fork(
    value = 1,
    jvmArgsAppend = {Lane.MODULES, Lane.NATIVE, Lane.COLLECTOR})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class GeluBenchmark {
  /** {@code cpu}, {@code sim}, {@code sim:bf16}, {@code cuda} or {@code cuda:bf16}. */
  @Param("cpu")
  public String device;

  /** N. */
  @Param("512")
  public int rows;

  /** 4C. */
  @Param({"512", "3072"})
  public int width;

  private Lane lane;
  private Tensor hidden;
  private Tensor gradient;
  private Tensor source;

  @Setup(Level.Trial)
  public void setUp() {
    lane = new Lane(device);
    hidden = lane.normal(rows, width);
    source = lane.normal(rows, width);
    gradient = lane.zeros(rows, width);
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    lane.close();
  }

  /** Copies the gradient afresh, for in place it would run into subnormal numbers. */
  @Benchmark
  public void geluBackward(Work work) {
    lane.run(
        work,
        16.0 * rows * width,
        5.0 * lane.bytes() * rows * width,
        ops -> {
          ops.copy(gradient, source);
          ops.geluBackward(gradient, hidden, null, Activation.GELU);
        });
  }
}

// To run it on the CPU:   bench/run GeluBenchmark
// On a GPU, in bf16:      bench/run GeluBenchmark -p device=cuda:bf16
// Beside another build:   bench/run GeluBenchmark -rf json -rff after.json; tools/compare
// before.json after.json
