package palimpsest.cli;

import java.io.PrintStream;
import java.time.Duration;
import palimpsest.lab.analyze.AnalysisProgress;

/**
 * How analyses are shown on standard error: a bar while one is made if somebody watches, and a line
 * when it is done.
 */
final class AnalysisBar implements AnalysisProgress, AutoCloseable {
  private static final long BETWEEN_DRAWINGS = 200_000_000; // ns; nobody reads faster

  private final PrintStream err;
  private final boolean quiet;
  private final boolean bar;
  private String label = "";
  private long began;
  private long drawn;
  private boolean shown;

  AnalysisBar(Console console, boolean quiet) {
    this.err = console.err();
    this.quiet = quiet;
    this.bar = !quiet && console.terminal();
  }

  @Override
  public void started(String name, int number, int of) {
    label = "[%d/%d] %s".formatted(number, of, name);
    began = System.nanoTime();
    draw(0);
  }

  @Override
  public void advanced(double share) {
    if (System.nanoTime() - drawn >= BETWEEN_DRAWINGS) {
      draw(share);
    }
  }

  @Override
  public void finished() {
    note(label + ": " + Words.of(Duration.ofNanos(System.nanoTime() - began)));
  }

  @Override
  public void note(String line) {
    close();
    if (!quiet) {
      err.println(line);
    }
  }

  /** Takes the bar away. */
  @Override
  public void close() {
    if (shown) {
      err.print("\r" + " ".repeat(PhaseBars.COLUMNS) + "\r");
      err.flush();
      shown = false;
    }
  }

  private void draw(double share) {
    if (bar) {
      drawn = System.nanoTime();
      shown = true;
      err.print("\r" + PhaseBars.line(label, share, ""));
      err.flush();
    }
  }
}
