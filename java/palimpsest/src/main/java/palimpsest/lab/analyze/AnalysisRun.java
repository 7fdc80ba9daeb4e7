package palimpsest.lab.analyze;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import palimpsest.analysis.DataTable;
import palimpsest.analysis.Findings;
import palimpsest.analysis.Window;
import palimpsest.base.StopRequest;
import palimpsest.base.UserException;
import palimpsest.base.Version;
import palimpsest.io.AtomicFiles;
import palimpsest.lab.BiographyTasks;
import palimpsest.lab.Checkpoints;
import palimpsest.lab.Config;
import palimpsest.lab.ConfigFile;
import palimpsest.lab.RunFolder;
import palimpsest.ops.Device;
import palimpsest.report.AnalysisFile;
import palimpsest.report.Csv;
import palimpsest.report.ReportPage;
import palimpsest.report.Results;

/** Analyses of one run, from its folder to its report. What can be refused is refused at once. */
public final class AnalysisRun {
  private final RunFolder folder;
  private final AnalysisContext.Subject subject;
  private final List<Analysis> analyses;

  /**
   * What somebody asked for beside the run and the analyses.
   *
   * @param seed {@code null} for the run's first
   * @param method {@code null} for {@code seq}, or the first method of a run without it
   * @param a step, {@code null} for the last before {@code b} at which task 0 held
   * @param b step, {@code null} for the preset's early step
   */
  public record Choice(Long seed, String method, Integer a, Integer b) {
    /** Everything as it is by default. */
    public static final Choice DEFAULT = new Choice(null, null, null, null);
  }

  private AnalysisRun(RunFolder folder, AnalysisContext.Subject subject, List<Analysis> analyses) {
    this.folder = folder;
    this.subject = subject;
    this.analyses = analyses;
  }

  /**
   * Makes ready.
   *
   * @param names of analyses; empty for all
   * @throws UserException if the folder is not that of a finished run, or lacks what is needed
   */
  public static AnalysisRun of(Path root, List<String> names, Choice choice) {
    List<Analysis> analyses = Analyses.named(names);
    Results results = Results.ofRun(root);
    var folder = new RunFolder(root);
    Config config = ConfigFile.load(folder.configuration().toString(), List.of());
    Results.Run run = run(root, results, choice.seed());
    String method = method(root, run, choice.method());
    Results.Method measured = run.methods().get(method);
    var checkpoints = new Checkpoints(folder, config, run.seed(), method, Windows.steps(measured));
    var subject =
        new AnalysisContext.Subject(
            config,
            run,
            method,
            new BiographyTasks(config, run.seed()),
            checkpoints,
            Windows.of(config, measured, choice));
    return new AnalysisRun(folder, subject, analyses);
  }

  private static Results.Run run(Path root, Results results, Long seed) {
    return results.runs().stream()
        .filter(run -> seed == null || run.seed() == seed)
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    seed == null
                        ? "%s: the run has no finished seed".formatted(root)
                        : "--seed %d: the run has the seeds %s"
                            .formatted(
                                seed, results.runs().stream().map(Results.Run::seed).toList())));
  }

  private static String method(Path root, Results.Run run, String wanted) {
    List<String> there = List.copyOf(run.methods().keySet());
    if (wanted != null && !there.contains(wanted)) {
      throw new UserException(
          "--method %s: the run has the methods %s".formatted(wanted, String.join(", ", there)));
    }
    if (there.isEmpty()) {
      throw new UserException("%s: the run has no finished method".formatted(root));
    }
    if (wanted != null) {
      return wanted;
    }
    return there.contains(Results.REFERENCE) ? Results.REFERENCE : there.getFirst();
  }

  /**
   * Makes the analyses one after another; each is written as soon as it is made, and the report
   * with it.
   */
  public List<AnalysisFile> run(Device device, AnalysisProgress progress, StopRequest stop) {
    List<AnalysisFile> made = new ArrayList<>();
    try (AnalysisContext context = open(device, progress, stop)) {
      analyses.forEach(analysis -> check(analysis, context));
      Window window = subject.window();
      progress.note(
          "task 0 is lost between step a = %d and step b = %d of task 1"
              .formatted(window.a(), window.b()));
      for (Analysis analysis : analyses) {
        stop.check();
        progress.started(analysis.name(), made.size() + 1, analyses.size());
        made.add(make(analysis, context));
        progress.finished();
        ReportPage.write(folder.root());
      }
    }
    return made;
  }

  AnalysisContext open(Device device, AnalysisProgress progress, StopRequest stop) {
    return new AnalysisContext(subject, device, progress, stop);
  }

  /** Refuses an analysis that needs what the run did not keep. */
  static void check(Analysis analysis, AnalysisContext context) {
    context.checkpoints().require(analysis.name(), analysis.needs(context));
  }

  private AnalysisFile make(Analysis analysis, AnalysisContext context) {
    long began = System.nanoTime();
    Findings findings = analysis.run(context);
    var made =
        AnalysisFile.of(
            analysis.name(),
            new AnalysisFile.About(
                Version.number(),
                context.seed(),
                context.method(),
                context.window(),
                context.device().fingerprint(),
                (System.nanoTime() - began) / 1e9),
            findings);
    made.write(folder.root());
    for (DataTable table : findings.tables()) {
      AtomicFiles.write(
          AnalysisFile.csv(folder.root(), analysis.name(), table.name()), Csv.of(table));
    }
    return made;
  }
}
