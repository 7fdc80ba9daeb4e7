package palimpsest.cli;

import palimpsest.lab.Progress;

/** How a run is shown on standard error: a bar, a line for each phase, or not at all. */
final class Watching implements AutoCloseable {
  private final Progress progress;

  Watching(Console console, boolean quiet) {
    if (quiet) {
      progress = Progress.NONE;
    } else if (console.terminal()) {
      progress = new PhaseBars(console.err(), System::nanoTime);
    } else {
      progress = new PhaseLines(console.err(), System::nanoTime);
    }
  }

  Progress progress() {
    return progress;
  }

  /** Leaves standard error at the beginning of a line. */
  @Override
  public void close() {
    if (progress instanceof PhaseBars bars) {
      bars.close();
    }
  }
}
