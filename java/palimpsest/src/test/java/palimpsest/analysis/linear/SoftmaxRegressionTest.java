package palimpsest.analysis.linear;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.analysis.Planted;
import palimpsest.base.Matrix;
import palimpsest.base.Statistics;
import palimpsest.ops.cpu.Lapack;

class SoftmaxRegressionTest {
  private static final double PENALTY = 0.01;

  /**
   * At the least loss the gradient is 0: {@code Xᵀ (p − y) / n + λ W} and the mean of {@code p −
   * y}. Fewer and more features than examples.
   */
  @ParameterizedTest
  @CsvSource({"80, 6, 4", "40, 60, 7", "30, 2, 2"})
  void theGradientVanishes(int n, int features, int classes) {
    RandomGenerator random = Planted.random("softmax");
    Matrix x = Planted.gaussian(n, features, random);
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = random.nextInt(classes);
    }
    SoftmaxRegression.Fit fit = SoftmaxRegression.on(x).fit(labels, classes);
    Matrix errors = probabilities(fit.scores(x));
    for (int i = 0; i < n; i++) {
      errors.values()[i * classes + labels[i]] -= 1;
    }
    Matrix gradient = Lapack.transposedProduct(Standardised.by(x).of(x), errors);
    double largest = 0;
    for (int i = 0; i < gradient.values().length; i++) {
      double g = gradient.values()[i] / n + PENALTY * fit.weights().values()[i];
      largest = Math.max(largest, Math.abs(g));
    }
    assertEquals(0, largest, 2e-3);
    for (int c = 0; c < classes; c++) {
      assertEquals(0, Statistics.mean(errors.column(c)), 2e-3);
    }
  }

  /** Without anything to tell them apart, classes get their shares. */
  @Test
  void offsetsAreLogShares() {
    Matrix x = new Matrix(8, 1, new double[8]);
    int[] labels = {0, 1, 1, 2, 2, 2, 2, 1};
    SoftmaxRegression.Fit fit = SoftmaxRegression.on(x).fit(labels, 3);
    Matrix p = probabilities(fit.scores(new Matrix(1, 1, new double[] {5})));
    assertArrayEquals(new double[] {1 / 8.0, 3 / 8.0, 4 / 8.0}, p.values(), 1e-3);
  }

  private static Matrix probabilities(Matrix scores) {
    double[] p = scores.values().clone();
    for (int row = 0; row < scores.rows(); row++) {
      double sum = 0;
      for (int c = 0; c < scores.columns(); c++) {
        p[row * scores.columns() + c] = Math.exp(scores.at(row, c));
        sum += p[row * scores.columns() + c];
      }
      for (int c = 0; c < scores.columns(); c++) {
        p[row * scores.columns() + c] /= sum;
      }
    }
    return new Matrix(scores.rows(), scores.columns(), p);
  }
}
