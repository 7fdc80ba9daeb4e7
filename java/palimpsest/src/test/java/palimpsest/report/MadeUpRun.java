package palimpsest.report;

import java.nio.file.Path;

/** A run's folder with results and analyses that nobody measured, for tests of other packages. */
public final class MadeUpRun {
  private MadeUpRun() {}

  /** Writes {@code results.json} and every analysis there is. */
  public static void write(Path folder) {
    MadeUpResults.minimal().write(folder.resolve(Results.FILE));
    MadeUpFindings.write(folder);
  }

  /** Writes {@code results.json} of three methods. */
  public static void writeResults(Path folder) {
    MadeUpResults.tiny().write(folder.resolve(Results.FILE));
  }
}
