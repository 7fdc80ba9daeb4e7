package palimpsest.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;
import palimpsest.lab.Progress;

/** A bar while a phase runs, and in its place the phase's line when it is over. */
final class PhaseBars implements Progress, AutoCloseable {
  /** One column less than the narrowest usual terminal: a line that wraps cannot be redrawn. */
  static final int COLUMNS = 79;

  private static final int SHORTEST_BAR = 4;
  private static final long BETWEEN_DRAWINGS = 200_000_000; // ns; nobody reads faster

  private final PrintStream err;
  private final LongSupplier nanoseconds;
  private final PhaseLines lines;
  private Phase phase;
  private long drawn;
  private boolean shown;

  PhaseBars(PrintStream err, LongSupplier nanoseconds) {
    this.err = err;
    this.nanoseconds = nanoseconds;
    this.lines = new PhaseLines(err, nanoseconds);
  }

  @Override
  public void started(Phase started) {
    lines.started(started);
    phase = started;
    draw(0, "");
  }

  @Override
  public void step(Step step) {
    lines.step(step);
    if (nanoseconds.getAsLong() - drawn >= BETWEEN_DRAWINGS) {
      draw(step.step(), speech(step));
    }
  }

  @Override
  public void finished(String outcome) {
    close();
    lines.finished(outcome);
  }

  @Override
  public void note(String line) {
    close();
    lines.note(line);
  }

  /** Takes the bar away. */
  @Override
  public void close() {
    if (shown) {
      err.print("\r" + " ".repeat(COLUMNS) + "\r");
      err.flush();
      shown = false;
    }
  }

  private void draw(int step, String speech) {
    drawn = nanoseconds.getAsLong();
    shown = true;
    err.print("\r" + line(PhaseLines.label(phase), step / (double) phase.steps(), speech));
    err.flush();
  }

  /** {@code [2/13] seed 1 task1 seq 34% ███░░░░░ loss 0.12, 61.0k tokens/s, 2:05 left}. */
  static String line(String label, double share, String speech) {
    int percent = (int) (100 * Math.clamp(share, 0, 1));
    String before = "%s %3d%% ".formatted(label, percent);
    int room = Math.max(SHORTEST_BAR, COLUMNS - before.length() - speech.length());
    int full = room * percent / 100;
    String line = before + "█".repeat(full) + "░".repeat(room - full) + speech;
    return line.substring(0, Math.min(line.length(), COLUMNS));
  }

  private static String speech(Step step) {
    return " loss %.2f, %s tokens/s%s"
        .formatted(
            step.loss(),
            Words.rate(step.tokensPerSecond()),
            step.remaining().map(left -> ", " + clock(left) + " left").orElse(""));
  }

  private static String clock(Duration left) {
    return left.toHours() == 0
        ? "%d:%02d".formatted(left.toMinutes(), left.toSecondsPart())
        : "%d:%02d:%02d".formatted(left.toHours(), left.toMinutesPart(), left.toSecondsPart());
  }
}
