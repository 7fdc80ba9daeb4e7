package palimpsest.analysis.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.MannWhitneyUTest;
import org.apache.commons.statistics.inference.TTest;
import palimpsest.analysis.linear.Ridge;
import palimpsest.base.Matrix;
import palimpsest.base.RandomStream;

/**
 * The aggregated membership test. Suspects and people who are certainly unseen are each split into
 * halves A and B. On the A halves one linear layer learns to tell them apart; on the B halves a
 * one-sided t-test asks whether it scores suspects lower (Welch's, for the two may scatter
 * differently). A single split is a draw of its own, and keeping the best of several finds members
 * where there are none; twice the median p over splits does not.
 */
public final class MembershipTest {
  /** Splits behind one answer. */
  public static final int SPLITS = 10;

  /** Share of each feature's examples clipped at either end, by the A halves. */
  static final double CLIPPED = 0.025;

  private static final double SUSPECT = 0;
  private static final double UNSEEN = 1;

  private MembershipTest() {}

  /**
   * One split.
   *
   * @param p of the t-test
   * @param auc the share of pairs of the B halves whose suspect has the lower score
   */
  public record Split(double p, double auc) {}

  /**
   * All splits together.
   *
   * @param people of each kind in the B half
   * @param p twice the median over splits, 1 at most
   * @param auc the median over splits
   * @param smallest p of any split: what picking the best would have reported
   */
  public record Outcome(int people, double p, double auc, double smallest) {
    static Outcome of(int people, List<Split> splits) {
      double[] ps = splits.stream().mapToDouble(Split::p).sorted().toArray();
      double[] aucs = splits.stream().mapToDouble(Split::auc).sorted().toArray();
      return new Outcome(people, Math.min(1, 2 * median(ps)), median(aucs), ps[0]);
    }
  }

  /**
   * Over {@link #SPLITS} splits.
   *
   * @param suspects people × features
   * @param unseen likewise; four people of each kind at least
   */
  public static Outcome of(Matrix suspects, Matrix unseen, RandomGenerator random) {
    return of(suspects, unseen, Integer.MAX_VALUE, random);
  }

  /**
   * With the linear layer learnt on all of the A halves, and only so many people of the B halves
   * tested.
   */
  public static Outcome of(Matrix suspects, Matrix unseen, int people, RandomGenerator random) {
    int half = Math.min(suspects.rows() - suspects.rows() / 2, unseen.rows() - unseen.rows() / 2);
    return Outcome.of(Math.min(people, half), splits(suspects, unseen, people, random));
  }

  /** {@link #SPLITS} random ones. */
  static List<Split> splits(Matrix suspects, Matrix unseen, RandomGenerator random) {
    return splits(suspects, unseen, Integer.MAX_VALUE, random);
  }

  private static List<Split> splits(
      Matrix suspects, Matrix unseen, int people, RandomGenerator random) {
    List<Split> splits = new ArrayList<>();
    for (int i = 0; i < SPLITS; i++) {
      splits.add(split(suspects, unseen, people, random));
    }
    return splits;
  }

  /** One random split. */
  public static Split split(Matrix suspects, Matrix unseen, RandomGenerator random) {
    return split(suspects, unseen, Integer.MAX_VALUE, random);
  }

  private static Split split(Matrix suspects, Matrix unseen, int people, RandomGenerator random) {
    Halves suspected = Halves.of(suspects, random);
    Halves others = Halves.of(unseen, random);
    Matrix learnt = stacked(suspected.a(), others.a());
    Clip clip = Clip.by(learnt);
    double[] labels = new double[learnt.rows()];
    Arrays.fill(labels, 0, suspected.a().size(), SUSPECT);
    Arrays.fill(labels, suspected.a().size(), labels.length, UNSEEN);
    Ridge.Fit layer = Ridge.on(clip.of(learnt)).fit(labels);
    double[] low = layer.predict(clip.of(Matrix.ofRows(first(suspected.b(), people))));
    double[] high = layer.predict(clip.of(Matrix.ofRows(first(others.b(), people))));
    return new Split(p(low, high), auc(low, high));
  }

  /** Whether {@code mean(low) < mean(high)}, one-sided; 0.5 if all scores are the same. */
  static double p(double[] low, double[] high) {
    if (Arrays.equals(low, high) || isConstant(low) && isConstant(high) && low[0] == high[0]) {
      return 0.5;
    }
    return TTest.withDefaults().with(AlternativeHypothesis.LESS_THAN).test(low, high).getPValue();
  }

  /** The share of pairs with the first one lower; ties count half. */
  static double auc(double[] low, double[] high) {
    double u = MannWhitneyUTest.withDefaults().statistic(high, low);
    return u / ((double) low.length * high.length);
  }

  private static boolean isConstant(double[] values) {
    return Arrays.stream(values).allMatch(value -> value == values[0]);
  }

  private static double median(double[] sorted) {
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }

  private static <T> List<T> first(List<T> all, int count) {
    return all.subList(0, Math.min(count, all.size()));
  }

  private static Matrix stacked(List<double[]> above, List<double[]> below) {
    List<double[]> rows = new ArrayList<>(above);
    rows.addAll(below);
    return Matrix.ofRows(rows);
  }

  private record Halves(List<double[]> a, List<double[]> b) {
    static Halves of(Matrix people, RandomGenerator random) {
      int[] order = new int[people.rows()];
      Arrays.setAll(order, i -> i);
      RandomStream.shuffle(order, random);
      List<double[]> rows = new ArrayList<>();
      for (int person : order) {
        int from = person * people.columns();
        rows.add(Arrays.copyOfRange(people.values(), from, from + people.columns()));
      }
      int half = rows.size() / 2;
      return new Halves(rows.subList(0, half), rows.subList(half, rows.size()));
    }
  }

  /** Cuts off what is further out than nearly all of the examples it was made by. */
  private record Clip(double[] lowest, double[] highest) {
    static Clip by(Matrix examples) {
      double[] lowest = new double[examples.columns()];
      double[] highest = new double[examples.columns()];
      int out = (int) (CLIPPED * examples.rows());
      for (int j = 0; j < lowest.length; j++) {
        double[] column = examples.column(j);
        Arrays.sort(column);
        lowest[j] = column[out];
        highest[j] = column[column.length - 1 - out];
      }
      return new Clip(lowest, highest);
    }

    Matrix of(Matrix examples) {
      double[] values = examples.values().clone();
      for (int i = 0; i < values.length; i++) {
        int j = i % lowest.length;
        values[i] = Math.clamp(values[i], lowest[j], highest[j]);
      }
      return new Matrix(examples.rows(), examples.columns(), values);
    }
  }
}
