package palimpsest.analysis.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import palimpsest.base.Matrix;
import palimpsest.base.RandomStream;

/**
 * Whether the membership test finds members among people who are none: unseen people are parted at
 * random, half of them playing the suspects, again and again. Where nothing is to be found, a share
 * α of single splits has p < α.
 *
 * @param people on either side
 * @param ps of each parting's first split, sorted
 * @param doubled share of partings whose twice median over {@link MembershipTest#SPLITS} splits is
 *     below {@link #ALPHA}
 */
public record NullTest(int people, double[] ps, double doubled) {
  /** A test that rejects more of what is true than this is not honest. */
  public static final double ALPHA = 0.1;

  /** Partings behind one answer. */
  public static final int PARTINGS = 200;

  /**
   * @param unseen people × features
   * @param people on either side, half of the unseen at most
   */
  public static NullTest of(Matrix unseen, int people, int partings, RandomGenerator random) {
    double[] ps = new double[partings];
    int found = 0;
    for (int i = 0; i < partings; i++) {
      int[] order = new int[unseen.rows()];
      Arrays.setAll(order, j -> j);
      RandomStream.shuffle(order, random);
      Matrix suspects = chosen(unseen, order, 0, people);
      Matrix others = chosen(unseen, order, people, 2 * people);
      List<MembershipTest.Split> splits = MembershipTest.splits(suspects, others, random);
      ps[i] = splits.getFirst().p();
      found += MembershipTest.Outcome.of(people - people / 2, splits).p() < ALPHA ? 1 : 0;
    }
    Arrays.sort(ps);
    return new NullTest(people, ps, found / (double) partings);
  }

  /** The share of single splits with p below {@link #ALPHA}. */
  public double rejected() {
    return Arrays.stream(ps).filter(p -> p < ALPHA).count() / (double) ps.length;
  }

  /** Standard error of {@link #rejected}, were the splits independent. */
  public double error() {
    return Math.sqrt(ALPHA * (1 - ALPHA) / ps.length);
  }

  private static Matrix chosen(Matrix matrix, int[] order, int from, int to) {
    List<double[]> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      int first = order[i] * matrix.columns();
      rows.add(Arrays.copyOfRange(matrix.values(), first, first + matrix.columns()));
    }
    return Matrix.ofRows(rows);
  }
}
