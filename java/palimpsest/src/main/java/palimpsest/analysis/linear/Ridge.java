package palimpsest.analysis.linear;

import java.util.Arrays;
import palimpsest.base.Matrix;
import palimpsest.ops.cpu.Lapack;

/**
 * Ridge regression on given features, for any targets: {@code min ‖Y − X W − 1 bᵀ‖² + λ ‖W‖²} over
 * the standardised features X. The penalty λ is chosen among a few by the squared error of leaving
 * out each example in turn, which needs no second fit: with {@code X = U diag(s) Vᵀ} and the
 * leverages {@code h_i = 1/n + Σ_j U_ij² s_j² / (s_j² + λ)} it is {@code (y_i − ŷ_i) / (1 − h_i)}.
 */
public final class Ridge {
  /** Penalties tried, as multiples of the number of examples. */
  private static final double[] PENALTIES = {1e-4, 1e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10};

  private final Standardised scale;
  private final Matrix u;
  private final double[] s;
  private final Matrix v;

  private Ridge(Standardised scale, Lapack.Svd svd) {
    this.scale = scale;
    this.u = svd.u();
    this.s = svd.sigma();
    this.v = svd.vt().transposed();
  }

  /**
   * Makes ready for targets.
   *
   * @param features examples × features; two examples at least
   */
  public static Ridge on(Matrix features) {
    Standardised scale = Standardised.by(features);
    return new Ridge(scale, Lapack.svd(scale.of(features)));
  }

  /**
   * What was fitted.
   *
   * @param weights features × targets, of standardised features
   * @param offsets the targets' means
   * @param penalty λ / n
   */
  public record Fit(Standardised scale, Matrix weights, double[] offsets, double penalty) {
    /** Predictions, examples × targets. */
    public Matrix predict(Matrix features) {
      Matrix product = Lapack.product(scale.of(features), weights);
      double[] values = product.values().clone();
      for (int i = 0; i < values.length; i++) {
        values[i] += offsets[i % offsets.length];
      }
      return new Matrix(product.rows(), product.columns(), values);
    }
  }

  /**
   * @param targets examples × targets
   */
  public Fit fit(Matrix targets) {
    double[] means = means(targets);
    Matrix centred = centred(targets, means);
    Matrix projected = Lapack.transposedProduct(u, centred);
    double best = PENALTIES[PENALTIES.length - 1];
    double least = Double.POSITIVE_INFINITY;
    for (double penalty : PENALTIES) {
      double error = leftOutError(centred, projected, penalty * targets.rows());
      if (error < least) {
        least = error;
        best = penalty;
      }
    }
    double lambda = best * targets.rows();
    double[] shrunk = new double[s.length];
    Arrays.setAll(shrunk, j -> s[j] / (s[j] * s[j] + lambda));
    return new Fit(scale, Lapack.product(v, rowsTimes(projected, shrunk)), means, best);
  }

  /** Σ ((y_i − ŷ_i) / (1 − h_i))². */
  private double leftOutError(Matrix centred, Matrix projected, double lambda) {
    double[] kept = new double[s.length];
    Arrays.setAll(kept, j -> s[j] * s[j] / (s[j] * s[j] + lambda));
    Matrix fitted = Lapack.product(u, rowsTimes(projected, kept));
    double error = 0;
    for (int i = 0; i < centred.rows(); i++) {
      double leverage = 1.0 / centred.rows();
      for (int j = 0; j < s.length; j++) {
        leverage += u.at(i, j) * u.at(i, j) * kept[j];
      }
      double factor = 1 / Math.max(1 - leverage, 1e-12);
      for (int t = 0; t < centred.columns(); t++) {
        double residual = (centred.at(i, t) - fitted.at(i, t)) * factor;
        error += residual * residual;
      }
    }
    return error;
  }

  private static Matrix rowsTimes(Matrix matrix, double[] factors) {
    double[] values = matrix.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= factors[i / matrix.columns()];
    }
    return new Matrix(matrix.rows(), matrix.columns(), values);
  }

  private static double[] means(Matrix matrix) {
    double[] means = new double[matrix.columns()];
    for (int i = 0; i < matrix.values().length; i++) {
      means[i % means.length] += matrix.values()[i] / matrix.rows();
    }
    return means;
  }

  private static Matrix centred(Matrix matrix, double[] means) {
    double[] values = matrix.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] -= means[i % means.length];
    }
    return new Matrix(matrix.rows(), matrix.columns(), values);
  }
}
