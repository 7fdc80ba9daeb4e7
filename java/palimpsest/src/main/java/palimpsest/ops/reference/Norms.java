package palimpsest.ops.reference;

/** Sums over the elements of arrays of one length, and how far one is from another. */
public final class Norms {
  private Norms() {}

  /**
   * {@code ‖out − reference‖ / ‖reference‖}: 0 if they are equal, NaN if any number is one,
   * infinite if the reference is 0 and {@code out} is not.
   */
  public static double relative(double[] reference, double[] out) {
    if (reference.length != out.length) {
      throw new IllegalArgumentException(
          "%d elements beside %d".formatted(out.length, reference.length));
    }
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < out.length; i++) {
      difference += (out[i] - reference[i]) * (out[i] - reference[i]);
      norm += reference[i] * reference[i];
    }
    return difference == 0 ? 0 : Math.sqrt(difference / norm);
  }

  /** {@code Σ a b}. */
  public static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** {@code a + b}, element by element. */
  public static double[] sum(double[] a, double[] b) {
    double[] sum = a.clone();
    for (int i = 0; i < a.length; i++) {
      sum[i] += b[i];
    }
    return sum;
  }
}
