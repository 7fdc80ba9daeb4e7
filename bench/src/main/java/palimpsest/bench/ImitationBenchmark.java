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
 * Losses that hold a model to another one's fp32 logits {@code [M, V]}, and their gradients in
 * place, on one lane: two softmaxes, or a difference. What they leave is put back each time.
 */
@State(Scope.Thread)
@Fork(
    value = 1,
    jvmArgsAppend = {Lane.MODULES, Lane.NATIVE, Lane.COLLECTOR})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ImitationBenchmark {
  /** {@code cpu}, {@code sim}, {@code sim:bf16}, {@code cuda} or {@code cuda:bf16}. */
  @Param("cpu")
  public String device;

  /** M. */
  @Param("512")
  public int rows;

  /** V. */
  @Param({"688", "50304"})
  public int vocabulary;

  private Lane lane;
  private Tensor logits;
  private Tensor before;
  private Tensor teacher;
  private Tensor losses;

  @Setup(Level.Trial)
  public void setUp() {
    lane = new Lane(device);
    logits = lane.zeros(rows, vocabulary);
    before = lane.normal(rows, vocabulary);
    teacher = lane.normalFp32(rows, vocabulary);
    losses = lane.zerosFp32(rows);
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    lane.close();
  }

  @Benchmark
  public void distillationForwardBackward(Work work) {
    lane.run(
        work,
        10.0 * rows * vocabulary,
        bytes(),
        ops -> {
          ops.copy(logits, before);
          ops.distillationForwardBackward(logits, losses, teacher, 2, 1);
        });
  }

  @Benchmark
  public void squaredErrorForwardBackward(Work work) {
    lane.run(
        work,
        4.0 * rows * vocabulary,
        bytes(),
        ops -> {
          ops.copy(logits, before);
          ops.squaredErrorForwardBackward(logits, losses, teacher, 1);
        });
  }

  /** Logits copied, read and written; the teacher's read. */
  private double bytes() {
    return (4.0 * lane.bytes() + Float.BYTES) * rows * vocabulary;
  }
}

// To run it on the CPU:   bench/run ImitationBenchmark
// On a GPU, in bf16:      bench/run ImitationBenchmark -p device=cuda:bf16
// Beside another build:   bench/run ImitationBenchmark -rf json -rff after.json; tools/compare
// before.json after.json
