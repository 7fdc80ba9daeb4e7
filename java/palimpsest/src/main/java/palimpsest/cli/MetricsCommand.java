package palimpsest.cli;

import java.nio.file.Path;
import palimpsest.continual.AccuracyMatrix;
import palimpsest.continual.Metrics;
import palimpsest.continual.MetricsFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code palimpsest metrics}. */
@Command(
    name = "metrics",
    description = "Computes every continual-learning metric of an accuracy matrix.",
    footer = {
      "%nExample:",
      "  echo '{\"R\": [[0.98, 0.02], [0.20, 0.99]], \"baseline\": [0.01, 0.01]}' > a.json",
      "  palimpsest metrics a.json --json -"
    })
final class MetricsCommand implements Runnable {
  private final Context context;

  @Parameters(
      paramLabel = "FILE.json",
      description =
          "{\"R\": [[...]], \"baseline\": [...]}: R[i][j] is the score on task j after learning"
              + " task i; baseline (as well as single and joint) may be left out.")
  private Path file;

  @Mixin private JsonOutput json;

  MetricsCommand(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    json.check();
    AccuracyMatrix matrix = MetricsFile.read(file);
    json.write(context.console(), Metrics.table(matrix), Metrics.of(matrix));
  }
}
