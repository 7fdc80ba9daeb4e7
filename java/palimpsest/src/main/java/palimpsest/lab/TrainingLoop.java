package palimpsest.lab;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import palimpsest.base.RunException;
import palimpsest.continual.StrategySteps;
import palimpsest.data.Batch;
import palimpsest.train.LogLine;
import palimpsest.train.StepReport;

/** Takes a model through the steps of a phase, watched and logged. */
final class TrainingLoop {
  /** The loss that a phase ends with is the mean over so many last steps. */
  private static final int LAST_STEPS = 50;

  /** Steps in a row without a finite number, after which skipping them is hopeless. */
  private static final int HOPELESS = 20;

  private final Session session;
  private final Phase.Label label;
  private final PhaseFolder folder;
  private final double[] lastLosses = new double[LAST_STEPS];
  private int steps;
  private long tokens;
  private long nanos;
  private long tokensLogged;
  private long nanosLogged;
  private int inVain;

  TrainingLoop(Session session, Phase.Label label, PhaseFolder folder) {
    this.session = session;
    this.label = label;
    this.folder = folder;
  }

  /**
   * What a loop came to.
   *
   * @param seconds spent on steps, not on what was done between them
   * @param loss mean over the last 50 steps, in nats
   */
  record Trained(int steps, long tokens, double seconds, double loss) {
    double tokensPerSecond() {
      return seconds == 0 ? 0 : tokens / seconds;
    }
  }

  /**
   * Trains until a limit, or until told to stop.
   *
   * @param goOn asked after each step, with the steps done
   */
  Trained run(int limit, Supplier<Batch> batches, IntPredicate goOn) {
    return run(limit, model -> model.step(batches.get()), goOn);
  }

  /** Takes one step with a model. */
  @FunctionalInterface
  interface Stepper {
    StepReport step(TrainableModel model);
  }

  /** Steps as a strategy wants them. */
  static Stepper stepper(StrategySteps steps) {
    return model -> {
      StepReport report = model.step(steps.next(), steps.hook());
      steps.taken();
      return report;
    };
  }

  /** {@link #run} with steps of another kind. */
  Trained run(int limit, Stepper stepper, IntPredicate goOn) {
    boolean going = true;
    while (going && steps < limit) {
      session.stop.check();
      step(stepper, limit);
      going = goOn.test(steps);
    }
    return new Trained(steps, tokens, nanos / 1e9, meanLastLoss());
  }

  private void step(Stepper stepper, int limit) {
    long start = System.nanoTime();
    StepReport report = stepper.step(session.model());
    nanos += System.nanoTime() - start;
    tokens += report.tokens();
    lastLosses[steps % LAST_STEPS] = report.loss();
    steps++;
    judge(report);
    session.watch.stepped(report, tokens / (nanos / 1e9));
    if (steps % session.config.logEvery() == 0 || steps == 1 || steps == limit) {
      log(report);
    }
  }

  private void judge(StepReport report) {
    if (Double.isFinite(report.loss()) && Double.isFinite(report.gradientNorm())) {
      inVain = 0;
      return;
    }
    inVain++;
    String problem =
        "%s, step %d: loss %s, gradient norm %s"
            .formatted(label.text(), steps, report.loss(), report.gradientNorm());
    if (session.nonFinite == NonFinite.STOP) {
      throw new RunException(
          problem
              + "; a lower %s.learning_rate may help, or --on-nonfinite skip"
                  .formatted(label.section()));
    }
    if (inVain == HOPELESS) {
      throw new RunException(problem + "; so were the %d steps before".formatted(HOPELESS - 1));
    }
    session.watch.note(problem + "; skipped");
  }

  private void log(StepReport report) {
    double seconds = (nanos - nanosLogged) / 1e9;
    folder.log(
        new LogLine(
            label.seed(),
            label.phase(),
            label.method(),
            label.from(),
            label.repeat(),
            steps,
            report.loss(),
            report.added(),
            report.learningRate(),
            report.gradientNorm(),
            (tokens - tokensLogged) / seconds));
    tokensLogged = tokens;
    nanosLogged = nanos;
  }

  private double meanLastLoss() {
    return Arrays.stream(lastLosses, 0, Math.min(steps, LAST_STEPS))
        .filter(Double::isFinite)
        .average()
        .orElse(0);
  }
}
