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
 * @param ps of the single splits, sorted
 * @param doubled share of groups of {@link MembershipTest#SPLITS} splits of one parting whose twice
 *     median is below 0.1
 */
public record NullTest(int people, double[] ps, double doubled) {
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
      ps[i] = MembershipTest.split(suspects, others, random).p();
      found += MembershipTest.of(suspects, others, random).p() < 0.1 ? 1 : 0;
    }
    Arrays.sort(ps);
    return new NullTest(people, ps, found / (double) partings);
  }

  /** The share of single splits with p below α. */
  public double rejected(double alpha) {
    return Arrays.stream(ps).filter(p -> p < alpha).count() / (double) ps.length;
  }

  /** Standard error of {@link #rejected} for independent splits. */
  public double error(double alpha) {
    return Math.sqrt(alpha * (1 - alpha) / ps.length);
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
