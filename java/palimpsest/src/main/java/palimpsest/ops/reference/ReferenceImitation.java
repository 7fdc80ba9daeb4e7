package palimpsest.ops.reference;

/** Losses that hold rows of logits {@code [M, V]} against another model's, and their gradients. */
public final class ReferenceImitation {
  private ReferenceImitation() {}

  /** {@code T² KL(softmax(teacher / T) ‖ softmax(logits / T))} of each row. */
  public static double[] divergences(
      double[] logits, double[] teacher, int rows, double temperature) {
    int width = logits.length / rows;
    double[] p = probabilities(teacher, rows, temperature);
    double[] q = probabilities(logits, rows, temperature);
    double[] losses = new double[rows];
    for (int i = 0; i < p.length; i++) {
      if (p[i] > 0) {
        losses[i / width] += temperature * temperature * p[i] * Math.log(p[i] / q[i]);
      }
    }
    return losses;
  }

  /** The gradient of {@code scale · Σ divergences}. */
  public static double[] divergenceGradient(
      double[] logits, double[] teacher, int rows, double temperature, double scale) {
    double[] p = probabilities(teacher, rows, temperature);
    double[] gradient = probabilities(logits, rows, temperature);
    for (int i = 0; i < p.length; i++) {
      gradient[i] = scale * temperature * (gradient[i] - p[i]);
    }
    return gradient;
  }

  private static double[] probabilities(double[] logits, int rows, double temperature) {
    double[] x = new double[logits.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = logits[i] / temperature;
    }
    int width = x.length / rows;
    for (int m = 0; m < rows; m++) {
      ReferenceSoftmax.apply(x, m * width, width);
    }
    return x;
  }

  /** {@code Σ (logits − wanted)²} of each row. */
  public static double[] squaredErrors(double[] logits, double[] wanted, int rows) {
    int width = logits.length / rows;
    double[] losses = new double[rows];
    for (int i = 0; i < logits.length; i++) {
      losses[i / width] += Math.pow(logits[i] - wanted[i], 2);
    }
    return losses;
  }

  /** The gradient of {@code scale · Σ squaredErrors}. */
  public static double[] squaredErrorGradient(double[] logits, double[] wanted, double scale) {
    double[] gradient = new double[logits.length];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = 2 * scale * (logits[i] - wanted[i]);
    }
    return gradient;
  }
}
