package palimpsest.analysis.linear;

import java.util.Arrays;
import palimpsest.base.Matrix;
import palimpsest.ops.cpu.Lapack;

/**
 * Ridge regression on given features, for any targets: {@code min ‖Y − X W − 1 bᵀ‖² + λ ‖W‖²} over
 * the standardised features X. The penalty λ is chosen among a few by the squared error of leaving
 * out each example in turn, which needs no second fit: with {@code XᵀX = V diag(s) Vᵀ}, {@code T =
 * X V} and the leverages {@code h_i = 1/n + Σ_j T_ij² / (s_j + λ)} it is {@code (y_i − ŷ_i) / (1 −
 * h_i)}.
 */
public final class Ridge {
  /** Penalties tried, as multiples of the number of examples. */
  private static final double[] PENALTIES = {1e-4, 1e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10};

  private final Standardised scale;
  private final Matrix turned;
  private final Matrix squared;
  private final double[] s;
  private final Matrix v;

  private Ridge(Standardised scale, Matrix features) {
    this.scale = scale;
    Lapack.Svd svd = Lapack.svd(Lapack.transposedProduct(features, features)); // symmetric: U = V
    this.s = svd.sigma();
    this.v = svd.u();
    this.turned = Lapack.product(features, v);
    double[] squares = turned.values().clone();
    for (int i = 0; i < squares.length; i++) {
      squares[i] *= squares[i];
    }
    this.squared = new Matrix(turned.rows(), turned.columns(), squares);
  }

  /**
   * Makes ready for targets.
   *
   * @param features examples × features; two examples at least
   */
  public static Ridge on(Matrix features) {
    Standardised scale = Standardised.by(features);
    return new Ridge(scale, scale.of(features));
  }

  /**
   * What was fitted.
   *
   * @param weights of each standardised feature
   * @param offset the targets' mean
   * @param penalty λ / n
   */
  public record Fit(Standardised scale, Matrix weights, double offset, double penalty) {
    /** A prediction for each example. */
    public double[] predict(Matrix features) {
      double[] predicted = Lapack.product(scale.of(features), weights).values();
      for (int i = 0; i < predicted.length; i++) {
        predicted[i] += offset;
      }
      return predicted;
    }
  }

  /**
   * @param targets of each example
   */
  public Fit fit(double[] targets) {
    int n = targets.length;
    double mean = Arrays.stream(targets).average().orElseThrow();
    Matrix centred = new Matrix(n, 1, Arrays.stream(targets).map(y -> y - mean).toArray());
    double[] projected = Lapack.transposedProduct(turned, centred).values();
    double best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (double penalty : PENALTIES) {
      double error = leftOutError(centred.values(), projected, penalty * n);
      if (error < least) {
        least = error;
        best = penalty;
      }
    }
    double[] weights = new double[s.length];
    double lambda = best * n;
    Arrays.setAll(weights, j -> projected[j] / (s[j] + lambda));
    Matrix turnedBack = Lapack.product(v, new Matrix(s.length, 1, weights));
    return new Fit(scale, turnedBack, mean, best);
  }

  /** Σ ((y_i − ŷ_i) / (1 − h_i))². */
  private double leftOutError(double[] centred, double[] projected, double lambda) {
    double[] shrunk = new double[s.length];
    Arrays.setAll(shrunk, j -> 1 / (s[j] + lambda));
    double[] weights = new double[s.length];
    Arrays.setAll(weights, j -> projected[j] * shrunk[j]);
    double[] fitted = Lapack.product(turned, new Matrix(s.length, 1, weights)).values();
    double[] leverages = Lapack.product(squared, new Matrix(s.length, 1, shrunk)).values();
    double error = 0;
    for (int i = 0; i < centred.length; i++) {
      double rest = Math.max(1 - 1.0 / centred.length - leverages[i], 1e-12);
      error += Math.pow((centred[i] - fitted[i]) / rest, 2);
    }
    return error;
  }
}
