package palimpsest.base;

import java.util.Arrays;
import java.util.Comparator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.TDistribution;

/** Means, intervals and paired tests over independent replicates. */
public final class Statistics {
  /**
   * With fewer pairs the sign-flip test cannot fall to 5 %, whatever the data: 2 / 2^5 = 6.25 %.
   */
  public static final int FEWEST_FLIPS = 6;

  /** Up to here the permutation test goes through all 2^n sign patterns. */
  private static final int EXACT_PAIRS = 20;

  private static final int DRAWN_PATTERNS = 1 << 20;

  private Statistics() {}

  /** NaN for no values. */
  public static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** Sample standard deviation, {@code sqrt(Σ (x − mean)² / (n − 1))}; NaN below two values. */
  public static double deviation(double[] values) {
    if (values.length < 2) {
      return Double.NaN;
    }
    double mean = mean(values);
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.length - 1));
  }

  /**
   * Half the width of the 95 % interval of the mean, {@code t(0.975; n − 1) · s / √n}; NaN below
   * two values, from which no spread can be told.
   */
  public static double halfWidth95(double[] values) {
    if (values.length < 2) {
      return Double.NaN;
    }
    double t = TDistribution.of(values.length - 1).inverseCumulativeProbability(0.975);
    return t * deviation(values) / Math.sqrt(values.length);
  }

  /**
   * Pearson's correlation, {@code Σ (x − x̄)(y − ȳ) / √(Σ (x − x̄)² Σ (y − ȳ)²)}; NaN below two
   * pairs, or where one of the two never varies.
   */
  public static double pearson(double[] x, double[] y) {
    if (x.length != y.length) {
      throw new IllegalArgumentException("%d and %d values".formatted(x.length, y.length));
    }
    double meanX = mean(x);
    double meanY = mean(y);
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (int i = 0; i < x.length; i++) {
      xx += (x[i] - meanX) * (x[i] - meanX);
      yy += (y[i] - meanY) * (y[i] - meanY);
      xy += (x[i] - meanX) * (y[i] - meanY);
    }
    return xy / Math.sqrt(xx * yy);
  }

  /** Spearman's correlation: Pearson's of the {@link #ranks}. */
  public static double spearman(double[] x, double[] y) {
    return pearson(ranks(x), ranks(y));
  }

  /** Places in rising order, from 1; equal values share the mean of theirs. */
  static double[] ranks(double[] values) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] ranks = new double[values.length];
    int first = 0;
    while (first < order.length) {
      int end = first + 1;
      while (end < order.length && values[order[end]] == values[order[first]]) {
        end++;
      }
      for (int i = first; i < end; i++) {
        ranks[order[i]] = (first + 1 + end) / 2.0;
      }
      first = end;
    }
    return ranks;
  }

  /**
   * Two-sided p of the paired t test of "the mean difference is 0": {@code 2 · P(T ≥ |mean| / (s /
   * √n))} with n − 1 degrees of freedom. Differences without any spread give 1 if they are 0, else
   * 0. NaN below two pairs.
   */
  public static double pairedP(double[] differences) {
    int n = differences.length;
    if (n < 2) {
      return Double.NaN;
    }
    double mean = Math.abs(mean(differences));
    double error = deviation(differences) / Math.sqrt(n);
    if (error == 0) {
      return mean == 0 ? 1 : 0;
    }
    return 2 * TDistribution.of(n - 1).survivalProbability(mean / error);
  }

  /**
   * Holm's step-down adjustment of a family of m tests: the i-th smallest p (from 1) becomes {@code
   * max_{k≤i} min(1, (m − k + 1) · p_k)}. Rejecting what is at most α then keeps the chance of any
   * false rejection in the family at or below α. A NaN is no test: it stays, and m does not count
   * it.
   */
  public static double[] holm(double[] p) {
    int[] order =
        IntStream.range(0, p.length)
            .filter(i -> !Double.isNaN(p[i]))
            .boxed()
            .sorted(Comparator.comparingDouble(i -> p[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] adjusted = new double[p.length];
    Arrays.fill(adjusted, Double.NaN);
    double least = 0;
    for (int rank = 0; rank < order.length; rank++) {
      least = Math.max(least, Math.min(1, (order.length - rank) * p[order[rank]]));
      adjusted[order[rank]] = least;
    }
    return adjusted;
  }

  /**
   * Two-sided permutation test of "the differences are as likely positive as negative": the share
   * of the 2^n ways to flip their signs whose sum is at least as far from 0 as the one observed. It
   * cannot fall below 2 / 2^n. Exact up to 20 pairs; beyond, over a million drawn patterns, always
   * the same ones. NaN below two pairs.
   */
  public static double signFlipP(double[] differences) {
    int n = differences.length;
    if (n < 2) {
      return Double.NaN;
    }
    double scale = 0;
    double observed = 0;
    for (double difference : differences) {
      scale += Math.abs(difference);
      observed += difference;
    }
    double reached = Math.abs(observed) - 1e-12 * scale; // equal sums may differ in their last bits
    int extreme = 0;
    if (n <= EXACT_PAIRS) {
      for (long pattern = 0; pattern < 1L << n; pattern++) {
        extreme += Math.abs(flippedSum(differences, pattern)) >= reached ? 1 : 0;
      }
      return extreme / (double) (1L << n);
    }
    RandomGenerator random = RandomStream.of(0, "sign flips");
    for (int i = 0; i < DRAWN_PATTERNS; i++) {
      double sum = 0;
      for (double difference : differences) {
        sum += random.nextBoolean() ? difference : -difference;
      }
      extreme += Math.abs(sum) >= reached ? 1 : 0;
    }
    return (extreme + 1) / (double) (DRAWN_PATTERNS + 1); // the observed signs count as drawn
  }

  private static double flippedSum(double[] differences, long pattern) {
    double sum = 0;
    for (int i = 0; i < differences.length; i++) {
      sum += (pattern >> i & 1) == 0 ? differences[i] : -differences[i];
    }
    return sum;
  }
}
