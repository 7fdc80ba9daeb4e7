package palimpsest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import palimpsest.analysis.angles.AngleFindings;
import palimpsest.analysis.angles.AngleFindings.MatrixAngle;
import palimpsest.analysis.angles.UpdatePair;

/**
 * What the whole matrices of one pair of updates come to.
 *
 * @param matrices how many have an angle
 * @param mean of their mean angles, in degrees
 * @param floor of what independent updates would have
 * @param below how many lie below their floor by more than two standard errors
 * @param above likewise above
 */
record AngleSummary(
    int matrices,
    double mean,
    double floor,
    double formerRank,
    double latterRank,
    int below,
    int above) {
  private static final double FAR = 2;

  static AngleSummary of(AngleFindings findings, UpdatePair pair) {
    List<MatrixAngle> angles = new ArrayList<>();
    for (int i = 0; i < findings.matrices().size(); i++) {
      MatrixAngle angle = findings.pair(pair).matrices().get(i);
      if (findings.matrices().get(i).head() == null && angle.mean() != null) {
        angles.add(angle);
      }
    }
    return new AngleSummary(
        angles.size(),
        mean(angles, MatrixAngle::mean),
        mean(angles, MatrixAngle::floor),
        mean(angles, MatrixAngle::formerRank),
        mean(angles, MatrixAngle::latterRank),
        (int) angles.stream().filter(one -> one.excess() < -FAR * one.floorError()).count(),
        (int) angles.stream().filter(one -> one.excess() > FAR * one.floorError()).count());
  }

  private static double mean(List<MatrixAngle> angles, ToDoubleFunction<MatrixAngle> of) {
    return angles.stream().mapToDouble(of).average().orElse(Double.NaN);
  }
}
