package palimpsest.analysis.angles;

import palimpsest.base.Matrix;
import palimpsest.base.Statistics;
import palimpsest.ops.cpu.Lapack;

/**
 * How far the directions of a later update of a weight matrix lie from the space of a former one
 * (Zheng et al. 2025): with {@code P} the projection on the r₁ leading left singular vectors of the
 * former, {@code θ_i = ∠(u_i, P u_i) = arccos ‖P u_i‖} for each of the r₂ leading ones of the
 * latter.
 *
 * <p>The effective rank r₁ alone decides what two <em>independent</em> updates come to. Then {@code
 * ‖P u‖²} has a Beta(r₁/2, (d − r₁)/2) distribution with mean r₁/d, so θ is about {@code arccos
 * √(r₁/d)}, the floor, with standard deviation {@code 1 / √(2 (d + 2))} whatever r₁ is. The mean
 * over r₂ orthogonal directions is off by {@code √((d − r₂) / (d − 1) / r₂)} of that.
 *
 * @param degrees θ_i in degrees, the strongest direction of the latter first; empty if one of the
 *     updates is zero
 * @param formerRank r₁
 * @param latterRank r₂
 * @param dimensions d
 */
public record PrincipalAngles(double[] degrees, int formerRank, int latterRank, int dimensions) {
  /** Of the latter update on the former; both of the same matrix. */
  public static PrincipalAngles between(WeightUpdate former, WeightUpdate latter) {
    int d = former.dimensions();
    if (d != latter.dimensions()) {
      throw new IllegalArgumentException(
          "updates in %d and %d dimensions".formatted(d, latter.dimensions()));
    }
    if (former.rank() == 0 || latter.rank() == 0) {
      return new PrincipalAngles(new double[0], former.rank(), latter.rank(), d);
    }
    Matrix cosines = Lapack.transposedProduct(former.leading(), latter.leading());
    double[] degrees = new double[latter.rank()];
    for (int i = 0; i < degrees.length; i++) {
      double squares = 0;
      for (double cosine : cosines.column(i)) {
        squares += cosine * cosine;
      }
      degrees[i] = Math.toDegrees(Math.acos(Math.min(1, Math.sqrt(squares))));
    }
    return new PrincipalAngles(degrees, former.rank(), latter.rank(), d);
  }

  /** Mean of the θ_i in degrees; NaN without any. */
  public double mean() {
    return Statistics.mean(degrees);
  }

  /** What independent updates come to: {@code arccos √(r₁/d)}, in degrees. */
  public double floor() {
    return Math.toDegrees(Math.acos(Math.sqrt((double) formerRank / dimensions)));
  }

  /** Standard error of {@link #mean} for independent updates, in degrees. */
  public double floorError() {
    double one = 1 / Math.sqrt(2 * (dimensions + 2.0));
    double finite = (dimensions - latterRank) / (dimensions - 1.0);
    return Math.toDegrees(one * Math.sqrt(finite / latterRank));
  }
}
