package palimpsest.lab.analyze;

import palimpsest.analysis.Window;
import palimpsest.base.UserException;
import palimpsest.lab.Config;
import palimpsest.report.Results;

/** Finds the steps between which a method lost task 0. */
final class Windows {
  /** The task that the first of all loses. */
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

  /** Steps of task 1, the one task that follows. */
  static int steps(Results.Method method) {
    return method.cost().steps();
  }

  private static int lastHolding(Results.Method method, int b) {
    Double before = null;
    int last = 0;
    for (Results.CurvePoint point : method.curve()) {
      if (point.training() == TRAINING && point.step() < b) {
        Double now = point.scores().getFirst().exactMatch();
        before = before == null ? now : before;
        last = Window.holds(now, before) ? point.step() : last;
      }
    }
    return last;
  }
}
