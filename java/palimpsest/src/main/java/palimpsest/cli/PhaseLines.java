package palimpsest.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;
import palimpsest.lab.Progress;

/** A line for each phase when it is over: what remains in a log. */
final class PhaseLines implements Progress {
  private final PrintStream err;
  private final LongSupplier nanoseconds;
  private Phase phase;
  private Step last;
  private long began;

  PhaseLines(PrintStream err, LongSupplier nanoseconds) {
    this.err = err;
    this.nanoseconds = nanoseconds;
  }

  @Override
  public void started(Phase started) {
    phase = started;
    last = null;
    began = nanoseconds.getAsLong();
  }

  @Override
  public void step(Step step) {
    last = step;
  }

  @Override
  public void finished(String outcome) {
    Duration took = Duration.ofNanos(nanoseconds.getAsLong() - began);
    String trained =
        last == null
            ? ""
            : "%d steps, loss %.3f, %s tokens/s, "
                .formatted(last.step(), last.loss(), Words.rate(last.tokensPerSecond()));
    String result = outcome.isEmpty() ? "" : "; " + outcome;
    err.println(label(phase) + ": " + trained + Words.of(took) + result);
  }

  @Override
  public void note(String line) {
    err.println(line);
  }

  /** {@code [3/13] seed 1 task1 freeze:2}. */
  static String label(Phase phase) {
    return "[%d/%d] seed %d %s %s"
        .formatted(phase.number(), phase.of(), phase.seed(), phase.name(), phase.method())
        .strip();
  }
}
