package palimpsest.cli;

import java.nio.file.Path;
import palimpsest.report.ReportPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code palimpsest report}. */
@Command(
    name = "report",
    description = "Makes the report.html of a run anew, from its folder.",
    footer = {"%nExample:", "  palimpsest report runs/tiny-20260131-142530"})
final class ReportCommand implements Runnable {
  private final Context context;

  @Parameters(paramLabel = "RUN", description = "The folder of a run.")
  private Path run;

  ReportCommand(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    context.console().out().println(ReportPage.write(run));
  }
}
