package palimpsest.ops.check;

import java.util.List;
import palimpsest.ops.Tensor;
import palimpsest.ops.reference.Tolerance;

/** Rows of a table by token; in the backward pass tokens that come again add up. */
final class EmbeddingChecks {
  static final String FAMILY = "embedding";

  /** Few enough that tokens repeat, and not a multiple of anything. */
  private static final int VOCABULARY = 41;

  private EmbeddingChecks() {}

  static List<Check> all() {
    return Shapes.ROWS.stream()
        .map(shape -> Check.of(FAMILY, shape + " V=" + VOCABULARY, trial -> check(trial, shape)))
        .toList();
  }

  private static void check(Trial trial, Shapes.Rows shape) {
    int rows = shape.rows();
    int width = shape.width();
    int[] tokens = trial.integersBelow(VOCABULARY, rows);
    double[] table = trial.normal(VOCABULARY * width);
    double[] expected = new double[rows * width];
    for (int n = 0; n < rows; n++) {
      System.arraycopy(table, tokens[n] * width, expected, n * width, width);
    }
    Tensor out = trial.poisoned(rows, width);
    Tensor indices = trial.integers(tokens);
    trial.ops().embeddingForward(out, trial.input(table, VOCABULARY, width), indices);
    trial.compare("embeddingForward", Tolerance.COPY, expected, out);

    double[] dOut = trial.normal(rows * width);
    double[] dTable = trial.normal(VOCABULARY * width);
    Tensor d = trial.changedFp32(dTable, VOCABULARY, width);
    trial.ops().embeddingBackward(d, indices, trial.input(dOut, rows, width));
    for (int i = 0; i < dOut.length; i++) {
      dTable[tokens[i / width] * width + i % width] += dOut[i];
    }
    trial.compare("embeddingBackward", Tolerance.SUM, dTable, d);
  }
}
