package palimpsest.cli;

import java.nio.file.Path;
import palimpsest.report.Export;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code palimpsest export}. */
@Command(
    name = "export",
    description = "Prints every number of a run as tidy CSV, one value a row.",
    footer = {
      "%nExample:",
      "  palimpsest export runs/one > one.csv",
      "  python3 -c 'import pandas; print(pandas.read_csv(\"one.csv\"))'"
    })
final class ExportCommand implements Runnable {
  private final Context context;

  @Parameters(paramLabel = "RUN", description = "The folder of a run.")
  private Path run;

  ExportCommand(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    context.console().out().print(Export.csv(run));
  }
}
