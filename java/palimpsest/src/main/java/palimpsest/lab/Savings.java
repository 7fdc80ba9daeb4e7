package palimpsest.lab;

import java.util.List;
import palimpsest.report.Results;

/** What recovery curves say, put in numbers. */
public final class Savings {
  /** The share of the exact match before task 1 that counts as recovered. */
  private static final double RECOVERED = 0.9;

  private Savings() {}

  /**
   * Everything that is read off the curves from three starting points.
   *
   * @param early {@code null} if the task was over before the early step
   * @param before exact match of the task before task 1
   * @param floor exact match of always giving the most frequent answer
   */
  static Results.Recovery recovery(
      Results.RecoveryCurve early,
      Results.RecoveryCurve last,
      Results.ControlCurve control,
      double before,
      double floor) {
    Integer earlySteps = early == null ? null : stepsTo90(early.curve(), before);
    Integer lastSteps = stepsTo90(last.curve(), before);
    Integer controlSteps = stepsTo90(control.curve(), before);
    return new Results.Recovery(
        early,
        last,
        control,
        new Results.StepsTo90(earlySteps, lastSteps, controlSteps),
        new Results.Savings(savings(earlySteps, controlSteps), savings(lastSteps, controlSteps)),
        knowledgeKept(
            last.curve().getLast().exactMatch(), control.curve().getLast().exactMatch(), floor));
  }

  /**
   * Steps until 90 % of the exact match before task 1, on the straight lines between evaluations,
   * rounded up to whole steps; 0 if it was never below, {@code null} if it was not reached.
   */
  public static Integer stepsTo90(List<Results.RecoveryPoint> curve, double before) {
    double goal = RECOVERED * before;
    Results.RecoveryPoint last = null;
    for (Results.RecoveryPoint point : curve) {
      if (point.exactMatch() >= goal) {
        return last == null ? Integer.valueOf(point.step()) : crossing(last, point, goal);
      }
      last = point;
    }
    return null;
  }

  private static int crossing(
      Results.RecoveryPoint below, Results.RecoveryPoint above, double goal) {
    double part = (goal - below.exactMatch()) / (above.exactMatch() - below.exactMatch());
    double step = below.step() + part * (above.step() - below.step());
    return (int) Math.ceil(step - 1e-9);
  }

  /** 1 − steps from here / steps of the control; {@code null} where one of them is unknown or 0. */
  static Double savings(Integer here, Integer control) {
    return here == null || control == null || control == 0 ? null : 1 - here / (double) control;
  }

  /** (recovered − floor) / (control − floor); {@code null} where the control is at the floor. */
  static Double knowledgeKept(double recovered, double control, double floor) {
    return control > floor ? (recovered - floor) / (control - floor) : null;
  }
}
