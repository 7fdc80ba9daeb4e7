package palimpsest.continual;

import java.util.random.RandomGenerator;

/** Probabilities from logits. */
final class Softmax {
  private Softmax() {}

  /** {@code [M][V]} from logits {@code [M, V]}. */
  static double[][] rows(float[] logits, int m) {
    int vocabulary = logits.length / m;
    double[][] rows = new double[m][vocabulary];
    for (int row = 0; row < m; row++) {
      double max = Double.NEGATIVE_INFINITY;
      for (int v = 0; v < vocabulary; v++) {
        max = Math.max(max, logits[row * vocabulary + v]);
      }
      double sum = 0;
      for (int v = 0; v < vocabulary; v++) {
        rows[row][v] = Math.exp(logits[row * vocabulary + v] - max);
        sum += rows[row][v];
      }
      for (int v = 0; v < vocabulary; v++) {
        rows[row][v] /= sum;
      }
    }
    return rows;
  }

  /** An index, each as likely as its probability says. */
  static int draw(double[] probabilities, RandomGenerator random) {
    double left = random.nextDouble();
    int last = 0;
    for (int v = 0; v < probabilities.length; v++) {
      if (probabilities[v] > 0) {
        last = v;
        left -= probabilities[v];
        if (left < 0) {
          return v;
        }
      }
    }
    return last;
  }
}
