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
 * Softmax cross-entropy and its gradient in place, on one lane: one exponential an element, the
 * logits {@code [M, V]} are read and written once at least.
 */
@State(Scope.Thread)
@Fork(
    value = 1,
    jvmArgsAppend = {Lane.MODULES, Lane.NATIVE, Lane.COLLECTOR})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CrossEntropyBenchmark {
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
  private Tensor losses;
  private Tensor targets;

  @Setup(Level.Trial)
  public void setUp() {
    lane = new Lane(device);
    logits = lane.normal(rows, vocabulary);
    losses = lane.zerosFp32(rows);
    targets = lane.integersBelow(vocabulary, rows);
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    lane.close();
  }

  /** What it leaves are logits again: numbers between −1 and 1. */
  @Benchmark
  public void crossEntropyForwardBackward(Work work) {
    lane.run(
        work,
        5.0 * rows * vocabulary,
        2.0 * lane.bytes() * rows * vocabulary,
        ops -> ops.crossEntropyForwardBackward(logits, losses, targets, 1));
  }
}

// To run it on the CPU:   bench/run CrossEntropyBenchmark
// On a GPU, in bf16:      bench/run CrossEntropyBenchmark -p device=cuda:bf16
// Beside another build:   bench/run CrossEntropyBenchmark -rf json -rff after.json; tools/compare
// before.json after.json
