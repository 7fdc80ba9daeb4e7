package palimpsest.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.ops.reference.Close;
import palimpsest.ops.reference.ReferenceAttention;
import palimpsest.ops.reference.Tolerance;

class AttentionTest extends OpTest {
  @ParameterizedTest
  @CsvSource({
    "1,   1, 1,  1,  0",
    "2,   1, 3,  6,  2",
    "3,   2, 2,  5,  4",
    "2,  17, 2, 10,  2",
    "1,  32, 3, 16,  0",
    "1,  33, 2, 10, 10",
    "2,  65, 1, 33,  8",
    "1, 128, 2, 16, 16",
    "3,  64, 2,  7,  2",
    "2, 127, 1, 16,  4",
    "1,  65, 2, 32,  8",
    "1,  70, 1, 64, 16",
    "1,  40, 2, 128, 32"
  })
  void forwardAndBackward(int batch, int time, int heads, int headSize, int rotary) {
    AttentionShape shape = new AttentionShape(batch, time, heads, headSize, rotary);
    int rows = batch * time;
    int width = shape.width();
    try (Workbench bench = bench(time)) {
      Ops ops = bench.ops();
      double[] qkv = bench.normal(rows * 3 * width);
      ReferenceAttention reference = new ReferenceAttention(shape, rotations(time + 3, rotary));
      var expected = reference.forward(qkv);

      Tensor table = bench.inputFp32(reference.rotations(), time + 3, rotary);
      Tensor x = bench.changed(qkv, rows, 3 * width);
      Tensor kept = bench.kept(shape);
      Tensor out = bench.poisoned(rows, width);
      ops.attentionForward(out, kept, x, table, shape);
      bench.assertClose("out", Tolerance.ATTENTION, expected.out(), out);

      double[] dOut = bench.normal(rows * width);
      Tensor dQkv = bench.poisoned(rows, 3 * width);
      ops.attentionBackward(
          dQkv, bench.input(dOut, rows, width), out, x, kept, table, bench.scratch(shape), shape);
      bench.assertClose(
          "dQkv", Tolerance.ATTENTION_BACKWARD, reference.backward(dOut, expected), dQkv);
    }
  }

  /** Scores of many thousands: one probability is 1, nothing overflows. */
  @Test
  void hugeScores() {
    AttentionShape shape = new AttentionShape(1, 37, 2, 6, 2);
    try (Workbench bench = bench(4)) {
      double[] qkv = bench.normal(37 * 3 * 12);
      for (int i = 0; i < qkv.length; i++) {
        qkv[i] *= 300;
      }
      qkv = bench.exact(qkv);
      ReferenceAttention reference = new ReferenceAttention(shape, rotations(37, 2));
      Tensor out = bench.poisoned(37, 12);
      Tensor table = bench.inputFp32(reference.rotations(), 37, 2);
      Tensor kept = bench.kept(shape);
      Tensor x = bench.changed(qkv, 37, 36);
      bench.ops().attentionForward(out, kept, x, table, shape);
      // Scores of 1e5 have an fp32 error of 1e-2, which their exponentials turn into a relative
      // one.
      Close.assertClose("out", 1e-2, reference.forward(qkv).out(), bench.read(out));
    }
  }

  /** What comes later changes no bit of what came before. */
  @ParameterizedTest
  @CsvSource({"40, 1", "40, 31", "40, 32", "70, 33"})
  void laterTokensChangeNothingBefore(int time, int before) {
    AttentionShape shape = new AttentionShape(1, time, 2, 8, 4);
    try (Workbench bench = bench(6)) {
      double[] qkv = bench.normal(time * 48);
      double[] other = qkv.clone();
      for (int i = before * 48; i < other.length; i++) {
        other[i] += 1;
      }
      double[] first = outOf(bench, qkv, shape);
      double[] second = outOf(bench, other, shape);
      assertArrayEquals(
          Arrays.copyOf(first, before * 16),
          Arrays.copyOf(second, before * 16),
          "of a later token");
    }
  }

  private double[] outOf(Workbench bench, double[] qkv, AttentionShape shape) {
    Tensor out = bench.poisoned(shape.time(), shape.width());
    bench
        .ops()
        .attentionForward(
            out,
            bench.kept(shape),
            bench.changed(qkv, shape.time(), 3 * shape.width()),
            bench.inputFp32(rotations(shape.time(), shape.rotary()), shape.time(), shape.rotary()),
            shape);
    return bench.read(out);
  }

  /** Token by token over a cache, each row at a position of its own: the rows of a full pass. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 5, 0",
    "3, 19, 2, 10, 4",
    "2, 33, 3, 7, 6",
    "1, 9, 2, 64, 16",
    "2, 6, 1, 128, 32"
  })
  void decode(int batch, int time, int heads, int headSize, int rotary) {
    AttentionShape full = new AttentionShape(batch, time, heads, headSize, rotary);
    int width = full.width();
    int capacity = time + 2;
    try (Workbench bench = bench(time)) {
      double[] qkv = bench.normal(batch * time * 3 * width);
      ReferenceAttention reference = new ReferenceAttention(full, rotations(capacity, rotary));
      double[] expected = reference.forward(qkv).out();
      // A cache holds rotated keys, rounded to its dtype.
      double[] plain = reference.forward(qkv, bench::exact).out();

      int prefix = time / 2;
      Tensor cache = bench.poisoned(batch, capacity, 2 * width);
      AttentionShape filled = new AttentionShape(batch, prefix, heads, headSize, rotary);
      AttentionShape cached = new AttentionShape(batch, capacity, heads, headSize, rotary);
      Tensor table = bench.inputFp32(reference.rotations(), capacity, rotary);
      Tensor before =
          bench.changed(firstPositions(qkv, batch, time, prefix), batch * prefix, 3 * width);
      Tensor attended = bench.poisoned(batch * prefix, width);
      bench.ops().attentionForward(attended, bench.kept(filled), before, table, filled);
      bench.ops().fillCache(cache, before, table, capacity, filled);

      for (int step = prefix; step < time; step++) {
        int[] positions = new int[batch];
        Arrays.fill(positions, step);
        Tensor x = bench.changed(rowsAt(qkv, batch, time, step), batch, 3 * width);
        Tensor out = bench.poisoned(batch, width);
        bench
            .ops()
            .attentionDecode(
                out, cache, x, bench.integers(positions), table, bench.scratch(cached), cached);
        bench.assertClose(
            "token " + step,
            Tolerance.ATTENTION,
            rowsAt(expected, batch, time, step),
            rowsAt(plain, batch, time, step),
            out);
      }
    }
  }

  private static double[] rotations(int positions, int rotary) {
    double[] table = ReferenceAttention.rotations(positions, rotary, 100);
    for (int i = 0; i < table.length; i++) {
      table[i] = (float) table[i];
    }
    return table;
  }

  /** The first positions of each sequence, from {@code [B, T, …]}. */
  private static double[] firstPositions(double[] x, int batch, int time, int positions) {
    int sequence = x.length / batch;
    int kept = sequence / time * positions;
    double[] first = new double[batch * kept];
    for (int b = 0; b < batch; b++) {
      System.arraycopy(x, b * sequence, first, b * kept, kept);
    }
    return first;
  }

  /** The rows of one position of each sequence. */
  private static double[] rowsAt(double[] x, int batch, int time, int position) {
    int width = x.length / batch / time;
    double[] rows = new double[batch * width];
    for (int b = 0; b < batch; b++) {
      System.arraycopy(x, (b * time + position) * width, rows, b * width, width);
    }
    return rows;
  }
}
