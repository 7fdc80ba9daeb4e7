package palimpsest.ops.bench;

import java.util.Arrays;

/** Times that were taken one after the other. */
final class Series {
  /**
   * Half the width of the normal distribution's 95 % interval, over two: ranks about the middle.
   */
  private static final double RANKS = 0.98;

  private double[] values = new double[16];
  private int size;

  void add(double value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = value;
  }

  void addAll(Series other) {
    for (int i = 0; i < other.size; i++) {
      add(other.values[i]);
    }
  }

  int size() {
    return size;
  }

  double median() {
    return quantile(0.5);
  }

  /** Between the two nearest values, linearly. */
  double quantile(double share) {
    double[] sorted = sorted();
    double place = share * (size - 1);
    int below = (int) place;
    int above = Math.min(below + 1, size - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  /**
   * Half the width of the median's 95 % interval, as a share of the median; the interval is between
   * the values of ranks {@code n/2 ± 0.98 √n}, whatever the distribution. Infinite where these
   * ranks do not exist.
   */
  double noise() {
    double half = RANKS * Math.sqrt(size);
    int low = (int) Math.floor(size / 2.0 - half);
    int high = (int) Math.ceil(size / 2.0 + half) - 1;
    if (low < 0 || high >= size) {
      return Double.POSITIVE_INFINITY;
    }
    double[] sorted = sorted();
    return (sorted[high] - sorted[low]) / 2 / median();
  }

  private double[] sorted() {
    double[] sorted = Arrays.copyOf(values, size);
    Arrays.sort(sorted);
    return sorted;
  }
}
