package palimpsest.ops.reference;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** How far numbers are from where they should be. */
public final class Close {
  private Close() {}

  /** Fails beyond the tolerance, and on every NaN. */
  public static void assertClose(String what, double tolerance, double[] reference, double[] out) {
    double error = Norms.relative(reference, out);
    if (!(error <= tolerance)) {
      fail("%s is off by %.3g of its norm; %.3g is allowed".formatted(what, error, tolerance));
    }
  }

  /** The gradient of f at x by {@code (f(x + h) − f(x − h)) / 2h}, element by element. */
  public static double[] centralDifferences(ToDoubleFunction<double[]> f, double[] x) {
    return centralDifferences(f, x, IntStream.range(0, x.length).toArray());
  }

  /** The elements at some indices of the gradient of f at x. */
  public static double[] centralDifferences(
      ToDoubleFunction<double[]> f, double[] x, int[] indices) {
    double h = 1e-5;
    double[] moved = x.clone();
    double[] gradient = new double[indices.length];
    for (int k = 0; k < indices.length; k++) {
      int i = indices[k];
      moved[i] = x[i] + h;
      double above = f.applyAsDouble(moved);
      moved[i] = x[i] - h;
      double below = f.applyAsDouble(moved);
      moved[i] = x[i];
      gradient[k] = (above - below) / (2 * h);
    }
    return gradient;
  }
}
