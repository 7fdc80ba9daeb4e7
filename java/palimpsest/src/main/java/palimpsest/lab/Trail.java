package palimpsest.lab;

import java.util.List;
import palimpsest.analysis.Window;
import palimpsest.continual.Method;
import palimpsest.continual.StrategyRegistry;
import palimpsest.report.Results;

/**
 * Weights kept while a model learns task 1: after the steps that the configuration lists, at its
 * end, and of the looks before the early step the last at which task 0 still held, which only shows
 * on the way.
 */
final class Trail {
  private final Session session;
  private final PhaseFolder folder;
  private final boolean keeps;
  private int held;

  private Trail(Session session, PhaseFolder folder, boolean keeps) {
    this.session = session;
    this.folder = folder;
    this.keeps = keeps;
  }

  static Trail of(Session session, Phase.Label label, Method method, PhaseFolder folder) {
    return new Trail(session, folder, !kept(session.config, label, method).isEmpty());
  }

  /** Of a task whose weights nobody asks for. */
  static Trail none(Session session, PhaseFolder folder) {
    return new Trail(session, folder, false);
  }

  /** Which weights a phase keeps, in words; empty for none. */
  static String kept(Config config, Phase.Label label, Method method) {
    boolean listed =
        config.checkpoints().methods().stream()
            .anyMatch(written -> StrategyRegistry.parse(written).name().equals(method.name()));
    return listed && label.repeat() == 0
        ? "steps %s, the last that holds".formatted(config.checkpoints().task1Steps())
        : "";
  }

  /** The step of the last look that held; 0 for none. */
  int held() {
    return held;
  }

  /** Goes on where another trail was. */
  void goOn(int heldBefore) {
    held = heldBefore;
  }

  /** After each step of the task. */
  void stepped(int step) {
    if (keeps && isListed(step)) {
      folder.keep(PhaseFolder.step(step), session.model());
    }
  }

  /** After each step at which the model may have been looked at. */
  void looked(int step, List<Results.CurvePoint> curve) {
    if (!keeps || step >= session.config.recovery().earlyStep() || curve.getLast().step() != step) {
      return;
    }
    if (Window.holds(task0(curve.getLast()), task0(curve.getFirst()))) {
      if (!isListed(step)) {
        folder.keep(PhaseFolder.step(step), session.model());
      }
      if (held > 0 && !isListed(held)) {
        folder.drop(PhaseFolder.step(held));
      }
      held = step;
    }
  }

  /** Once the task is over; what ends the last of all tasks has a folder of its own anyway. */
  void ended(int step) {
    boolean more = session.stream.tasks().size() > 2;
    boolean kept = isListed(step) || step == held || step == session.config.recovery().earlyStep();
    if (keeps && more && !kept) {
      folder.keep(PhaseFolder.step(step), session.model());
    }
  }

  /** The early step has a folder of its own anyway. */
  private boolean isListed(int step) {
    return session.config.checkpoints().task1Steps().contains(step)
        && step != session.config.recovery().earlyStep();
  }

  private static double task0(Results.CurvePoint point) {
    return point.scores().getFirst().exactMatch();
  }
}
