package palimpsest.lab;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import palimpsest.base.RunException;
import palimpsest.train.LogLine;
import palimpsest.train.StepReport;

/** Takes a model through the steps of a phase, watched and logged. */
final class TrainingLoop {
  /** The loss that a phase ends with is the mean over so many last steps. */
  private static final int LAST_STEPS = 50;

  /** Steps in a row without a finite number, after which skipping them is hopeless. */
  private static final int HOPELESS = 20;

  /** At the end of a training a checkpoint is written if so much would be lost without. */
  private static final long WORTH_KEEPING = 20_000_000_000L; // ns

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
  private int stepsAtCheckpoint;
  private long timeAtCheckpoint;

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

  /** Where a loop stands between two steps, for {@link ResumePoint}. */
  record Counters(
      int steps,
      long tokens,
      long nanos,
      long tokensLogged,
      long nanosLogged,
      int inVain,
      List<Double> lastLosses) {}

  /**
   * Trains until a limit, or until told to stop; or goes on with that, where the phase's folder has
   * a checkpoint of this training.
   *
   * @param parts says what the phase has found out so far, for its checkpoints
   * @param goOn asked after each step, with the steps done
   */
  Trained run(int limit, Steps source, Supplier<?> parts, IntPredicate goOn) {
    boolean going = !resume(source);
    timeAtCheckpoint = session.clock.getAsLong();
    while (going && steps < limit) {
      stopIfAsked(source, parts);
      step(source, limit);
      going = goOn.test(steps);
      long since = session.clock.getAsLong() - timeAtCheckpoint;
      if (going && steps < limit && session.cadence.isDue(steps, since)) {
        checkpoint(false, source, parts);
      }
    }
    if (session.clock.getAsLong() - timeAtCheckpoint >= WORTH_KEEPING
        || session.stop.requested()
        || session.cadence.isDue(steps, 0)) {
      checkpoint(true, source, parts);
    }
    session.stop.check();
    session.model().frozenOutputs().ifPresent(session.watch::note);
    return new Trained(steps, tokens, nanos / 1e9, meanLastLoss());
  }

  /** Whether the training had ended where it is gone on with. */
  private boolean resume(Steps source) {
    Optional<ResumePoint> point =
        folder.resumed().filter(at -> at.training().equals(label.phase()));
    point.ifPresent(
        at -> {
          takeUp(at.counters());
          folder.restore(session.model());
          source.goTo(folder.place());
          session.watch.resumed(label, steps);
        });
    return point.map(ResumePoint::over).orElse(false);
  }

  private void takeUp(Counters counters) {
    steps = counters.steps();
    stepsAtCheckpoint = steps;
    tokens = counters.tokens();
    nanos = counters.nanos();
    tokensLogged = counters.tokensLogged();
    nanosLogged = counters.nanosLogged();
    inVain = counters.inVain();
    for (int i = 0; i < LAST_STEPS; i++) {
      lastLosses[i] = counters.lastLosses().get(i);
    }
  }

  private Counters counters() {
    return new Counters(
        steps,
        tokens,
        nanos,
        tokensLogged,
        nanosLogged,
        inVain,
        Arrays.stream(lastLosses).boxed().toList());
  }

  private void stopIfAsked(Steps source, Supplier<?> parts) {
    if (session.stop.requested()) {
      checkpoint(false, source, parts);
      session.stop.check();
    }
  }

  /** Nothing is written where nothing was done since the last one. */
  private void checkpoint(boolean over, Steps source, Supplier<?> parts) {
    if (steps > stepsAtCheckpoint) {
      folder.checkpoint(label.phase(), over, counters(), parts.get(), source, session.model());
      stepsAtCheckpoint = steps;
      timeAtCheckpoint = session.clock.getAsLong();
    }
  }

  private void step(Steps source, int limit) {
    long start = System.nanoTime();
    StepReport report = source.take(session.model());
    nanos += System.nanoTime() - start;
    tokens += report.tokens();
    lastLosses[steps % LAST_STEPS] = report.loss();
    steps++;
    judge(report, source);
    session.watch.stepped(report, tokens / (nanos / 1e9));
    if (steps % session.config.logEvery() == 0 || steps == 1 || steps == limit) {
      log(report);
    }
  }

  private void judge(StepReport report, Steps source) {
    if (Double.isFinite(report.loss()) && Double.isFinite(report.gradientNorm())) {
      inVain = 0;
      return;
    }
    inVain++;
    var found =
        new NonFiniteStep(
            label,
            steps,
            report.loss(),
            report.gradientNorm(),
            session.model().nonFinite(),
            source.last());
    String problem =
        "%s; its batch is in %s".formatted(found.text(), found.save(session.nonFinites));
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
