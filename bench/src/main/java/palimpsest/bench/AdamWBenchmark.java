package palimpsest.bench;

import java.util.Arrays;
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
import palimpsest.ops.AdamWStep;
import palimpsest.ops.Segment;
import palimpsest.ops.SegmentTable;
import palimpsest.ops.Tensor;

/**
 * One AdamW step of n parameters on one lane: bound by memory, four buffers read and four written,
 * 32 n bytes.
 */
@State(Scope.Thread)
@Fork(
    value = 1,
    jvmArgsAppend = {Lane.MODULES, Lane.NATIVE, Lane.COLLECTOR})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AdamWBenchmark {
  /** {@code cpu}, {@code sim}, {@code sim:bf16}, {@code cuda} or {@code cuda:bf16}. */
  @Param("cpu")
  public String device;

  /** n: half of {@code tiny}, and a buffer that no cache holds. */
  @Param({"500000", "8000000"})
  public int parameters;

  /** A step leaves zero gradients: with the usual rates the moments would soon be subnormal. */
  private final AdamWStep step = new AdamWStep(10, 1e-3, 0.9999, 0.99999, 1e-8, 0.1, 1);

  private Lane lane;
  private SegmentTable segments;
  private Tensor weights;
  private Tensor compute;
  private Tensor gradients;
  private Tensor moment1;
  private Tensor moment2;

  @Setup(Level.Trial)
  public void setUp() {
    lane = new Lane(device);
    segments = lane.segments(new Segment(0, parameters, 1, true, false));
    weights = lane.normalFp32(parameters);
    compute = lane.bytes() == Float.BYTES ? weights : lane.zeros(parameters);
    gradients = lane.normalFp32(parameters);
    moment1 = lane.normalFp32(parameters);
    moment2 = lane.fp32(ones(), parameters);
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    lane.close();
  }

  private float[] ones() {
    float[] ones = new float[parameters];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Benchmark
  public void adamw(Work work) {
    lane.run(
        work,
        15.0 * parameters,
        32.0 * parameters,
        ops -> ops.adamw(segments, weights, compute, gradients, moment1, moment2, step));
  }
}

// To run it on the CPU:   bench/run AdamWBenchmark
// On a GPU, in bf16:      bench/run AdamWBenchmark -p device=cuda:bf16
// Beside another build:   bench/run AdamWBenchmark -rf json -rff after.json; tools/compare
// before.json after.json
