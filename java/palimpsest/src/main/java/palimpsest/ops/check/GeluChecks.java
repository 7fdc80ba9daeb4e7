package palimpsest.ops.check;

import java.util.List;
import palimpsest.ops.Activation;
import palimpsest.ops.Tensor;
import palimpsest.ops.reference.ReferenceGelu;
import palimpsest.ops.reference.Tolerance;

/** Both forms of GELU, forward behind a product with the identity, so that its input is known. */
final class GeluChecks {
  static final String FAMILY = "gelu";

  private GeluChecks() {}

  static List<Check> all() {
    return Shapes.ROWS.stream()
        .map(shape -> Check.of(FAMILY, shape.toString(), trial -> check(trial, shape)))
        .toList();
  }

  private static void check(Trial trial, Shapes.Rows shape) {
    for (Activation form : Activation.values()) {
      check(trial, shape, form);
    }
  }

  private static void check(Trial trial, Shapes.Rows shape, Activation form) {
    String suffix = form == Activation.GELU ? "" : " tanh";
    int rows = shape.rows();
    int width = shape.width();
    double[] in = trial.normal(rows * width);
    Tensor x = trial.input(in, rows, width);
    Tensor out = trial.poisoned(rows, width);
    Tensor hidden = trial.poisoned(rows, width);
    Tensor none = trial.input(new double[width], width);
    trial.ops().matmulBiasGelu(out, hidden, x, identity(trial, width), none, form);
    double[] values = ReferenceGelu.forward(in, form);
    trial.compare("matmulBiasGelu" + suffix, Tolerance.GELU, values, out);

    double[] dOut = trial.normal(rows * width);
    Tensor d = trial.changed(dOut, rows, width);
    double[] before = trial.normal(width);
    Tensor dBias = trial.changedFp32(before, width);
    trial.ops().geluBackward(d, x, dBias, form);
    double[] expected = ReferenceGelu.backward(dOut, in, form);
    trial.compare("geluBackward" + suffix, Tolerance.GELU_BACKWARD, expected, d);
    double[] stored = trial.exact(expected);
    for (int i = 0; i < stored.length; i++) {
      before[i % width] += stored[i];
    }
    trial.compare("geluBackward dBias" + suffix, Tolerance.MATMUL_BACKWARD, before, dBias);
  }

  /** {@code [C, C]}: a product with it is its other operand. */
  static Tensor identity(Trial trial, int width) {
    double[] identity = new double[width * width];
    for (int i = 0; i < width; i++) {
      identity[i * width + i] = 1;
    }
    return trial.input(identity, width, width);
  }
}
