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
 * Rows of a table, and their gradients added to it, on one lane: bound by memory. Forward reads and
 * writes {@code [N, C]}; backward reads it, and reads and writes the table's rows of N tokens.
 */
@State(Scope.Thread)
@Fork(
    value = 1,
    jvmArgsAppend = {Lane.MODULES, Lane.NATIVE, Lane.COLLECTOR})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EmbeddingBenchmark {
  /** {@code cpu}, {@code sim}, {@code sim:bf16}, {@code cuda} or {@code cuda:bf16}. */
  @Param("cpu")
  public String device;

  /** N. */
  @Param("512")
  public int rows;

  /** C. */
  @Param({"128", "768"})
  public int width;

  /** V. */
  @Param({"688", "50304"})
  public int vocabulary;

  private Lane lane;
  private Tensor tokens;
  private Tensor table;
  private Tensor out;
  private Tensor dTable;

  @Setup(Level.Trial)
  public void setUp() {
    lane = new Lane(device);
    tokens = lane.integersBelow(vocabulary, rows);
    table = lane.normal(vocabulary, width);
    out = lane.normal(rows, width);
    dTable = lane.zerosFp32(vocabulary, width);
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    lane.close();
  }

  @Benchmark
  public void embeddingForward(Work work) {
    lane.run(
        work,
        0,
        2.0 * lane.bytes() * rows * width,
        ops -> ops.embeddingForward(out, table, tokens));
  }

  @Benchmark
  public void embeddingBackward(Work work) {
    lane.run(
        work,
        1.0 * rows * width,
        (lane.bytes() + 8.0) * rows * width,
        ops -> ops.embeddingBackward(dTable, tokens, out));
  }
}

// To run it on the CPU:   bench/run EmbeddingBenchmark
// On a GPU, in bf16:      bench/run EmbeddingBenchmark -p device=cuda:bf16
// Beside another build:   bench/run EmbeddingBenchmark -rf json -rff after.json; tools/compare
// before.json after.json
