package palimpsest.lab.analyze;

import java.util.List;
import palimpsest.analysis.Window;
import palimpsest.base.UserException;
import palimpsest.lab.Config;
import palimpsest.report.Results;

/** Finds the steps between which a method lost task 0. */
final class Windows {
  private static final int TRAINING = 1;

  private Windows() {}

  static Window of(Config config, Results.Method method, AnalysisRun.Choice choice) {
    int b = choice.b() == null ? config.recovery().earlyStep() : choice.b();
    int a = choice.a() == null ? lastHolding(method, b) : choice.a();
    int last = steps(method);
    if (a < 0 || a >= b) {
      throw new UserException("--a %d --b %d: a must be 0 or more, and below b".formatted(a, b));
    }
    if (b > last) {
      throw new UserException(
          "--b %d: task 1 took %d steps; name a step of task 1".formatted(b, last));
    }
    return new Window(a, b);
  }

  /** Steps of task 1: whatever its last step is, it is looked at. */
  static int steps(Results.Method method) {
    return curve(method).stream().mapToInt(Results.CurvePoint::step).max().orElse(0);
  }

  /** The evaluations while task 1 was learned, tasks after it left out. */
  static List<Results.CurvePoint> curve(Results.Method method) {
    return method.curve().stream().filter(point -> point.training() == TRAINING).toList();
  }

  /** What an evaluation says of a task. */
  static Results.Score score(Results.CurvePoint point, int task) {
    return point.scores().stream()
        .filter(score -> score.task() == task)
        .findFirst()
        .orElseThrow(() -> new UserException("results.json: a point has no task " + task));
  }

  private static int lastHolding(Results.Method method, int b) {
    Double before = null;
    int last = 0;
    for (Results.CurvePoint point : curve(method)) {
      if (point.step() < b) {
        Double now = score(point, 0).exactMatch();
        before = before == null ? now : before;
        last = Window.holds(now, before) ? point.step() : last;
      }
    }
    return last;
  }
}
