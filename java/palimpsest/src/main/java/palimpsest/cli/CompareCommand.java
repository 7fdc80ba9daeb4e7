package palimpsest.cli;

import java.nio.file.Path;
import java.util.List;
import palimpsest.report.Comparison;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palimpsest compare}. */
@Command(
    name = "compare",
    description = "Shows runs and their methods side by side.",
    footer = {"%nExample:", "  palimpsest compare runs/one runs/two --csv both.csv"})
final class CompareCommand implements Runnable {
  private final Context context;

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "The folders of runs.")
  private List<Path> runs;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Write the statistics of every quantity as CSV, too.")
  private Path csv;

  @Option(
      names = "--markdown",
      description =
          "Print the tables as Markdown: a column a method, or a row where they are many.")
  private boolean markdown;

  CompareCommand(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    Comparison comparison = Comparison.of(runs);
    if (csv != null) {
      comparison.writeCsv(csv);
    }
    context.console().out().print(markdown ? comparison.markdown() : comparison.text());
  }
}
