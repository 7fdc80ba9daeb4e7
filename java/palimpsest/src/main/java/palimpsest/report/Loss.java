package palimpsest.report;

import java.util.List;
import palimpsest.report.Results.RecoveryPoint;
import palimpsest.report.Results.StepsTo90;

/**
 * What a method lost of task 0, split by what the recovery test says about it. All are differences
 * of exact match on held-out people; the parts are not negative and add up to the whole.
 *
 * <pre>
 * whole        = max(0, before − end)
 * missing      = min(whole, max(0, control − recovered from the end))
 * knowledge    = min(missing, max(0, bio_recall before − bio_recall at the end))
 * access       = (whole − missing) · max(0, 1 − steps to 90 % from the end / of the control)
 * interference = whole − knowledge − access
 * </pre>
 *
 * @param access comes back, and faster than a model comes to it that was never asked
 * @param knowledge does not come back as far as that model gets, and the biographies miss it too
 * @param interference comes back no faster than in that model, or does not come back although the
 *     biographies can still be said
 */
record Loss(Double whole, Double access, Double knowledge, Double interference) {
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
    double access = (whole - missing) * stepsSaved(measured);
    return new Loss(whole, access, knowledge, whole - knowledge - access);
  }

  /**
   * Never negative; 0 where the end does not come back to 90 %. A control that does not get there
   * counts with all the steps it had.
   */
  private static double stepsSaved(Measured measured) {
    Double here = measured.stepsTo90(StepsTo90::last);
    if (here == null) {
      return 0;
    }
    Double control = measured.stepsTo90(StepsTo90::control);
    List<RecoveryPoint> curve = measured.controlCurve();
    double steps = control == null ? curve.getLast().step() : control;
    return steps == 0 ? 0 : Math.max(0, 1 - here / steps);
  }
}
