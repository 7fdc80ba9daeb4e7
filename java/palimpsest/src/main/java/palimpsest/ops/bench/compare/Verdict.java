package palimpsest.ops.bench.compare;

import java.util.Locale;

/** What two intervals say of a time, given how much of a change is of no interest. */
public enum Verdict {
  SAME,
  FASTER,
  SLOWER,
  /** The intervals are too wide to tell. */
  AMBIGUOUS;

  /**
   * The ratio new / old lies between {@code low} and {@code high}.
   *
   * @param tolerance t: ratios from 1/(1+t) to 1+t are the same
   */
  static Verdict of(double low, double high, double tolerance) {
    double most = 1 + tolerance;
    double least = 1 / most;
    if (low > most) {
      return SLOWER;
    }
    if (high < least) {
      return FASTER;
    }
    return low >= least && high <= most ? SAME : AMBIGUOUS;
  }

  /** In lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
