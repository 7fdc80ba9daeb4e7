package palimpsest.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import palimpsest.lab.analyze.Analyses;
import palimpsest.lab.analyze.AnalysisRun;
import palimpsest.ops.Device;
import palimpsest.report.AnalysisFile;
import palimpsest.report.AnalysisSections;
import palimpsest.report.ReportPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palimpsest analyze}. */
@Command(
    name = "analyze",
    description =
        "Looks into what a run forgot, from the weights it kept, and adds what is found to its"
            + " report.html; the numbers are in its folder analysis, as JSON and CSV.",
    footer = {
      "%nExamples:",
      "  palimpsest analyze runs/tiny-20260131-142530",
      "  palimpsest analyze runs/three landscape --seed 2 --a 20 --b 80 --json -"
    })
final class AnalyzeCommand implements Runnable {
  private final Context context;

  @Parameters(index = "0", paramLabel = "RUN", description = "The folder of a finished run.")
  private Path run;

  @Parameters(
      index = "1..*",
      paramLabel = "NAME",
      completionCandidates = Names.class,
      description = "${COMPLETION-CANDIDATES} (default: all of them).")
  private List<String> names = List.of();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Which of the run's seeds (default: its first).")
  private Long seed;

  @Option(
      names = "--method",
      paramLabel = "M",
      description = "Whose task 1; its weights must have been kept (default: seq).")
  private String method;

  @Option(
      names = "--a",
      paramLabel = "STEP",
      description =
          "The step of task 1 from which task 0 is lost (default: the last evaluation before b at"
              + " which it had 90 %% of its exact match).")
  private Integer a;

  @Option(
      names = "--b",
      paramLabel = "STEP",
      description = "The step by which task 0 is lost (default: the preset's early step).")
  private Integer b;

  @Mixin private DeviceOptions device;
  @Mixin private JsonOutput json;

  @Option(names = "--quiet", description = "Say nothing on the way.")
  private boolean quiet;

  AnalyzeCommand(Context context) {
    this.context = context;
  }

  /** Completes, and says in the help, what analyses there are. */
  static final class Names implements Iterable<String> {
    @Override
    public java.util.Iterator<String> iterator() {
      return Analyses.names().iterator();
    }
  }

  @Override
  public void run() {
    json.check();
    AnalysisRun analyses = AnalysisRun.of(run, names, new AnalysisRun.Choice(seed, method, a, b));
    try (Device opened = device.open(context.console().err()::println);
        var shown = new AnalysisBar(context.console(), quiet)) {
      List<AnalysisFile> made = analyses.run(opened, shown, context.stop());
      json.write(context.console(), text(made), answer(made));
    }
  }

  private String text(List<AnalysisFile> made) {
    var text = new StringBuilder();
    for (AnalysisFile file : made) {
      text.append(file.analysis()).append(": ");
      text.append(AnalysisSections.headline(file)).append("\n\n");
    }
    return text.append("Report: ").append(run.resolve(ReportPage.FILE)).append('\n').toString();
  }

  private static Map<String, AnalysisFile> answer(List<AnalysisFile> made) {
    Map<String, AnalysisFile> answer = new LinkedHashMap<>();
    made.forEach(file -> answer.put(file.analysis(), file));
    return answer;
  }
}
