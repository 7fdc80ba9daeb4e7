package palimpsest.ops.reference;

/** Softmax, and the cross-entropy behind it. */
public final class ReferenceSoftmax {
  private ReferenceSoftmax() {}

  /** In place, over {@code x[first … first + count)}. */
  static void apply(double[] x, int first, int count) {
    double sum = logOfSum(x, first, count);
    for (int i = first; i < first + count; i++) {
      x[i] = Math.exp(x[i] - sum);
    }
  }

  /** {@code −log softmax(row)[target]} for each row of the logits {@code [M, V]}. */
  public static double[] losses(double[] logits, int[] targets) {
    int width = logits.length / targets.length;
    double[] losses = new double[targets.length];
    for (int m = 0; m < targets.length; m++) {
      losses[m] = logOfSum(logits, m * width, width) - logits[m * width + targets[m]];
    }
    return losses;
  }

  /** The gradient of {@code scale · Σ losses}. */
  public static double[] lossGradient(double[] logits, int[] targets, double scale) {
    int width = logits.length / targets.length;
    double[] gradient = logits.clone();
    for (int m = 0; m < targets.length; m++) {
      apply(gradient, m * width, width);
      gradient[m * width + targets[m]] -= 1;
    }
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] *= scale;
    }
    return gradient;
  }

  private static double logOfSum(double[] x, int first, int count) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = first; i < first + count; i++) {
      largest = Math.max(largest, x[i]);
    }
    double sum = 0;
    for (int i = first; i < first + count; i++) {
      sum += Math.exp(x[i] - largest);
    }
    return largest + Math.log(sum);
  }
}
