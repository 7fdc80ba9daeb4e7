package palimpsest.analysis.linear;

import java.util.Arrays;
import palimpsest.base.Matrix;
import palimpsest.ops.cpu.Lapack;

/**
 * A linear classifier, {@code p(c | x) = softmax(W x + b)_c}: the least mean cross-entropy plus
 * {@code λ/2 ‖W‖²} over standardised features, prepared once for given features and fitted to any
 * classes.
 *
 * <p>The curvature of the loss is nowhere above {@code XᵀX / 2n + λ} for each class (Böhning 1992),
 * which the singular value decomposition {@code X = U diag(s) Vᵀ} makes diagonal: in the
 * coordinates {@code A = Vᵀ Wᵀ} a step of {@code ∇ / (s²/2n + λ)} never overshoots, and Nesterov's
 * momentum makes a few dozen of them enough.
 */
public final class SoftmaxRegression {
  /** λ: five examples a class in a hundred dimensions are read best with about this much. */
  private static final double PENALTY = 0.01;

  /** From here on no accuracy changes any more. */
  private static final int STEPS = 60;

  private final Standardised scale;
  private final Matrix turned;
  private final Matrix turnedBack;
  private final double[] steps;

  private SoftmaxRegression(Standardised scale, Lapack.Svd svd) {
    int n = svd.u().rows();
    double[] s = svd.sigma();
    double[] features = svd.u().values().clone();
    for (int i = 0; i < features.length; i++) {
      features[i] *= s[i % s.length];
    }
    this.scale = scale;
    this.turned = new Matrix(n, s.length, features);
    this.turnedBack = svd.vt().transposed();
    this.steps = new double[s.length];
    Arrays.setAll(steps, j -> 1 / (s[j] * s[j] / (2 * n) + PENALTY));
  }

  /**
   * Makes ready for classes.
   *
   * @param features examples × features
   */
  public static SoftmaxRegression on(Matrix features) {
    Standardised scale = Standardised.by(features);
    return new SoftmaxRegression(scale, Lapack.svd(scale.of(features)));
  }

  /**
   * What was fitted.
   *
   * @param weights features × classes, of standardised features
   * @param offsets b, of each class
   */
  public record Fit(Standardised scale, Matrix weights, double[] offsets) {
    /** {@code W x + b}, examples × classes. */
    public Matrix scores(Matrix features) {
      Matrix scores = Lapack.product(scale.of(features), weights);
      addToRows(scores, offsets);
      return scores;
    }
  }

  /**
   * @param classes of each example, in {@code [0, count)}
   */
  public Fit fit(int[] classes, int count) {
    int n = turned.rows();
    double[] weights = new double[turned.columns() * count];
    double[] offsets = new double[count];
    double[] lastWeights = weights.clone();
    double[] lastOffsets = offsets.clone();
    double pace = 1;
    for (int step = 0; step < STEPS; step++) {
      double next = (1 + Math.sqrt(1 + 4 * pace * pace)) / 2;
      double momentum = (pace - 1) / next;
      pace = next;
      double[] ahead = ahead(weights, lastWeights, momentum);
      double[] offsetsAhead = ahead(offsets, lastOffsets, momentum);
      lastWeights = weights;
      lastOffsets = offsets;
      Matrix errors = Lapack.product(turned, new Matrix(turned.columns(), count, ahead));
      addToRows(errors, offsetsAhead);
      toErrors(errors, classes);
      double[] gradient = Lapack.transposedProduct(turned, errors).values();
      weights = new double[ahead.length];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = ahead[i] - steps[i / count] * (gradient[i] / n + PENALTY * ahead[i]);
      }
      offsets = offsetsAhead;
      for (int i = 0; i < errors.values().length; i++) {
        offsets[i % count] -= 2 * errors.values()[i] / n;
      }
    }
    Matrix fitted = new Matrix(turned.columns(), count, weights);
    return new Fit(scale, Lapack.product(turnedBack, fitted), offsets);
  }

  private static double[] ahead(double[] now, double[] last, double momentum) {
    double[] ahead = new double[now.length];
    Arrays.setAll(ahead, i -> now[i] + momentum * (now[i] - last[i]));
    return ahead;
  }

  private static void addToRows(Matrix matrix, double[] offsets) {
    double[] values = matrix.values();
    for (int i = 0; i < values.length; i++) {
      values[i] += offsets[i % offsets.length];
    }
  }

  /** From scores to {@code p − y}, in place. */
  private static void toErrors(Matrix scores, int[] classes) {
    int count = scores.columns();
    double[] values = scores.values();
    for (int row = 0; row < scores.rows(); row++) {
      int from = row * count;
      double largest = Double.NEGATIVE_INFINITY;
      for (int i = from; i < from + count; i++) {
        largest = Math.max(largest, values[i]);
      }
      double sum = 0;
      for (int i = from; i < from + count; i++) {
        values[i] = Math.exp(values[i] - largest);
        sum += values[i];
      }
      for (int i = from; i < from + count; i++) {
        values[i] /= sum;
      }
      values[from + classes[row]] -= 1;
    }
  }
}
