package palimpsest.ops.check;

import static palimpsest.ops.reference.Norms.sum;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import palimpsest.ops.Tensor;
import palimpsest.ops.reference.Tolerance;

/** What stands between the layers: sums, copies, biases, and rows that are picked out. */
final class ResidualChecks {
  static final String FAMILY = "residual";

  private ResidualChecks() {}

  static List<Check> all() {
    return Shapes.ROWS.stream()
        .map(shape -> Check.of(FAMILY, shape.toString(), trial -> check(trial, shape)))
        .toList();
  }

  private static void check(Trial trial, Shapes.Rows shape) {
    plain(trial, shape);
    convert(trial, shape);
    bias(trial, shape);
    pickedRows(trial, shape);
  }

  private static void plain(Trial trial, Shapes.Rows shape) {
    int size = shape.rows() * shape.width();
    double[] a = trial.normal(size);
    double[] b = trial.normal(size);
    Tensor in = trial.input(b, size);
    Tensor zeroed = trial.poisoned(size);
    trial.ops().zero(zeroed);
    trial.compare("zero", Tolerance.COPY, new double[size], zeroed);
    Tensor added = trial.changed(a, size);
    trial.ops().add(added, in);
    trial.compare("add", Tolerance.SUM, sum(a, b), added);
    Tensor copied = trial.poisoned(size);
    trial.ops().copy(copied, in);
    trial.compare("copy", Tolerance.COPY, b, copied);
  }

  /** From fp32 to the compute type, numbers that it does not hold exactly, and back. */
  private static void convert(Trial trial, Shapes.Rows shape) {
    int size = shape.rows() * shape.width();
    double[] wide = Arrays.stream(trial.normal(size)).map(x -> (float) (x * Math.PI)).toArray();
    Tensor narrow = trial.poisoned(size);
    trial.ops().copy(narrow, trial.inputFp32(wide, size));
    trial.compare("copy from fp32", Tolerance.COPY, trial.exact(wide), narrow);
    Tensor back = trial.poisonedFp32(size);
    trial.ops().copy(back, narrow);
    trial.compare("copy to fp32", Tolerance.COPY, trial.exact(wide), back);
  }

  /** Behind a product with the identity, which is the other operand. */
  private static void bias(Trial trial, Shapes.Rows shape) {
    int rows = shape.rows();
    int width = shape.width();
    double[] in = trial.normal(rows * width);
    double[] bias = trial.normal(width);
    double[] biased = new double[in.length];
    Arrays.setAll(biased, i -> in[i] + bias[i % width]);
    Tensor out = trial.poisoned(rows, width);
    Tensor x = trial.input(in, rows, width);
    trial.ops().matmulBias(out, x, GeluChecks.identity(trial, width), trial.input(bias, width));
    trial.compare("matmulBias", Tolerance.SUM, biased, out);

    double[] dBiasBefore = trial.normal(width);
    double[] expected = dBiasBefore.clone();
    for (int i = 0; i < in.length; i++) {
      expected[i % width] += in[i];
    }
    Tensor dBias = trial.changedFp32(dBiasBefore, width);
    Tensor other = trial.input(new double[rows], rows, 1);
    Tensor weight = trial.input(new double[width], width, 1);
    trial.ops().matmulBackward(null, null, dBias, x, other, weight);
    trial.compare("matmulBackward dBias", Tolerance.MATMUL_BACKWARD, expected, dBias);
  }

  /** Every second row, backwards. */
  private static void pickedRows(Trial trial, Shapes.Rows shape) {
    int rows = shape.rows();
    int width = shape.width();
    int[] picked = IntStream.iterate(rows - 1, row -> row >= 0, row -> row - 2).toArray();
    double[] in = trial.normal(rows * width);
    double[] few = new double[picked.length * width];
    double[] spread = new double[rows * width];
    for (int m = 0; m < picked.length; m++) {
      System.arraycopy(in, picked[m] * width, few, m * width, width);
      System.arraycopy(in, picked[m] * width, spread, picked[m] * width, width);
    }
    Tensor indices = trial.integers(picked);
    Tensor gathered = trial.poisoned(picked.length, width);
    trial.ops().gatherRows(gathered, trial.input(in, rows, width), indices);
    trial.compare("gatherRows", Tolerance.COPY, few, gathered);
    Tensor scattered = trial.poisoned(rows, width);
    trial.ops().scatterRows(scattered, trial.input(few, picked.length, width), indices);
    trial.compare("scatterRows", Tolerance.COPY, spread, scattered);
  }
}
