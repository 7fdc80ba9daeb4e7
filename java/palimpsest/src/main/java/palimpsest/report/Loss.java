package palimpsest.report;

import java.util.List;
import palimpsest.report.Results.RecoveryPoint;

/**
 * What a method lost of task 0, split by what the recovery test says about it. All are differences
 * of exact match on held-out people; the parts are not negative and add up to the whole.
 *
 * <pre>
 * whole        = max(0, before − end)
 * missing      = min(whole, max(0, control − recovered from the end))
 * knowledge    = min(missing, max(0, bio_recall before − bio_recall at the end))
 * access       = ∫ max(0, 1 − h(y) / c(y)) dy, from the end to min(before, recovered)
 * interference = whole − knowledge − access
 * </pre>
 *
 * <p>h(y) and c(y) are the steps of retraining until exact match y, from the end and from the
 * control, on the straight lines between evaluations: access is the savings at every level that
 * comes back.
 *
 * @param access comes back, and faster than a model comes to it that was never asked
 * @param knowledge does not come back as far as that model gets, and the biographies miss it too
 * @param interference comes back no faster than in that model, or does not come back although the
 *     biographies can still be said
 */
record Loss(Double whole, Double access, Double knowledge, Double interference) {
  /** Of the sum that stands for the integral. */
  private static final int LEVELS = 200;

  private static final Loss UNKNOWN = new Loss(null, null, null, null);

  static Loss of(Measured measured) {
    Double before = measured.before();
    Double end = measured.firstTaskAtEnd();
    if (before == null || end == null) {
      return UNKNOWN;
    }
    double whole = Math.max(0, before - end);
    Double recovered = measured.recoveredLast();
    Double control = measured.recoveredControl();
    Double recallBefore = measured.recallBefore();
    Double recallAtEnd = measured.recallAtEnd();
    if (recovered == null || control == null || recallBefore == null || recallAtEnd == null) {
      return new Loss(whole, null, null, null);
    }
    double missing = Math.min(whole, Math.max(0, control - recovered));
    double knowledge = Math.min(missing, Math.max(0, recallBefore - recallAtEnd));
    double access = Math.min(whole - missing, saved(measured, end, Math.min(before, recovered)));
    return new Loss(whole, access, knowledge, whole - knowledge - access);
  }

  /** Savings over the control, summed over the levels between two accuracies. */
  private static double saved(Measured measured, double from, double to) {
    double width = (to - from) / LEVELS;
    double sum = 0;
    for (int level = 0; level < LEVELS && width > 0; level++) {
      double y = from + (level + .5) * width;
      double here = stepsTo(measured.lastCurve(), y);
      double control = stepsTo(measured.controlCurve(), y);
      sum += control == 0 ? 0 : Math.max(0, 1 - here / control) * width;
    }
    return sum;
  }

  /** Until a curve is first as high; a curve that never is counts with all its steps. */
  static double stepsTo(List<RecoveryPoint> curve, double level) {
    RecoveryPoint below = null;
    for (RecoveryPoint point : curve) {
      if (point.exactMatch() >= level) {
        return below == null ? point.step() : crossing(below, point, level);
      }
      below = point;
    }
    return curve.getLast().step();
  }

  private static double crossing(RecoveryPoint below, RecoveryPoint above, double level) {
    double part = (level - below.exactMatch()) / (above.exactMatch() - below.exactMatch());
    return below.step() + part * (above.step() - below.step());
  }
}
