package palimpsest.ops;

import static palimpsest.ops.reference.Norms.sum;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import palimpsest.ops.reference.Tolerance;

/** Embeddings, gathers, scatters, and the plainest of all. */
class RowsTest extends OpTest {
  private static final int TABLE = 11;
  private static final int[] INDICES = {3, 0, 10, 3, 3, 7};

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 33, 100})
  void embedding(int width) {
    try (Workbench bench = bench(width)) {
      double[] table = bench.normal(TABLE * width);
      Tensor out = bench.poisoned(INDICES.length, width);
      Tensor tokens = bench.integers(INDICES);
      bench.ops().embeddingForward(out, bench.input(table, TABLE, width), tokens);
      bench.assertClose("out", Tolerance.COPY, rowsOf(table, INDICES, width), out);

      double[] dOut = bench.normal(INDICES.length * width);
      double[] dTable = bench.normal(TABLE * width);
      Tensor d = bench.changedFp32(dTable, TABLE, width);
      bench.ops().embeddingBackward(d, tokens, bench.input(dOut, INDICES.length, width));
      double[] expected = dTable.clone();
      for (int i = 0; i < dOut.length; i++) {
        expected[INDICES[i / width] * width + i % width] += dOut[i];
      }
      bench.assertClose("dTable", Tolerance.SUM, expected, d);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 33, 100})
  void gatherAndScatter(int width) {
    int[] rows = {9, 2, 4};
    try (Workbench bench = bench(width)) {
      double[] in = bench.normal(TABLE * width);
      Tensor out = bench.poisoned(rows.length, width);
      bench.ops().gatherRows(out, bench.input(in, TABLE, width), bench.integers(rows));
      double[] gathered = rowsOf(in, rows, width);
      bench.assertClose("gathered", Tolerance.COPY, gathered, out);

      double[] expected = new double[TABLE * width];
      for (int i = 0; i < gathered.length; i++) {
        expected[rows[i / width] * width + i % width] = gathered[i];
      }
      Tensor scattered = bench.poisoned(TABLE, width);
      Tensor few = bench.input(gathered, rows.length, width);
      bench.ops().scatterRows(scattered, few, bench.integers(rows));
      bench.assertClose("scattered", Tolerance.COPY, expected, scattered);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 33, 1025})
  void zeroAddCopy(int size) {
    try (Workbench bench = bench(size)) {
      double[] a = bench.normal(size);
      double[] b = bench.normal(size);
      Tensor in = bench.input(b, size);
      Tensor zeroed = bench.poisoned(size);
      bench.ops().zero(zeroed);
      bench.assertClose("zeroed", Tolerance.COPY, new double[size], zeroed);
      Tensor added = bench.changed(a, size);
      bench.ops().add(added, in);
      bench.assertClose("added", Tolerance.SUM, sum(a, b), added);
      Tensor copied = bench.poisoned(size);
      bench.ops().copy(copied, in);
      bench.assertClose("copied", Tolerance.COPY, b, copied);
    }
  }

  private static double[] rowsOf(double[] table, int[] indices, int width) {
    double[] rows = new double[indices.length * width];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(table, indices[i] * width, rows, i * width, width);
    }
    return rows;
  }
}
