package palimpsest.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import palimpsest.base.StopRequest;
import palimpsest.io.Disk;

/**
 * Waits where the disk is full: says so once, and tries again until somebody has made space, or has
 * asked to stop.
 */
final class PatientDisk implements Disk {
  private static final int BETWEEN_TRIES = 1000; // ms

  private final PrintStream err;
  private final StopRequest stop;
  private boolean said;

  PatientDisk(PrintStream err, StopRequest stop) {
    this.err = err;
    this.stop = stop;
  }

  @Override
  public void before(Change change, Path path) {}

  @Override
  public boolean waitForSpace(Path path) {
    if (!said) {
      err.printf(
          "palimpsest: the disk is full; waiting for space to write %s (free some, or stop with"
              + " Ctrl-C: nothing before the last checkpoint is lost)%n",
          path);
      said = true;
    }
    stop.check();
    try {
      Thread.sleep(BETWEEN_TRIES);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
    stop.check();
    return true;
  }
}
