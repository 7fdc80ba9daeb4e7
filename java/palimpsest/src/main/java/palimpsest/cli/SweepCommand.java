package palimpsest.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import palimpsest.base.StoppedException;
import palimpsest.lab.Experiment;
import palimpsest.lab.NonFinite;
import palimpsest.lab.PhaseCache;
import palimpsest.lab.Speed;
import palimpsest.lab.Sweep;
import palimpsest.lab.SweepPlan;
import palimpsest.ops.Device;
import palimpsest.report.SweepTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palimpsest sweep}. */
@Command(
    name = "sweep",
    description =
        "Runs a grid over methods, strengths and learning rates, as many trials of each method, and"
            + " chooses on dev. Run it again to go on.",
    footer = {
      "%nExample:",
      "  printf 'preset: tiny%%ntrials: 4%%nlowest_rate: 5.0e-5%%nhighest_rate: 4.0e-4%%n"
          + "methods: [seq, freeze:1|freeze:2]%%n' > rates.yaml",
      "  palimpsest sweep rates.yaml --out runs/rates"
    })
final class SweepCommand implements Runnable {
  private final Context context;

  @Parameters(
      paramLabel = "FILE.yaml",
      description =
          "preset, set, seeds, trials (of each method), lowest_rate, highest_rate, methods (each"
              + " with its strengths: freeze:1|freeze:2).")
  private Path file;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder of the sweep (default: runs/sweep-FILE).")
  private Path out;

  @Option(names = "--quiet", description = "Say nothing on the way.")
  private boolean quiet;

  SweepCommand(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    SweepPlan plan = SweepPlan.read(file);
    Path root = out == null ? Path.of("runs", "sweep-" + stem()) : out;
    var sweep = new Sweep(plan, root);
    if (!quiet) {
      context.console().err().println(sweep.size() + "; " + time(sweep));
    }
    var options =
        new Experiment.Options(
            Optional.of(PhaseCache.folder(System.getenv())), OptionalInt.of(0), NonFinite.SKIP);
    try (var shown = new Watching(context.console(), quiet)) {
      SweepTable table = sweep.run(options, shown.progress(), context.stop());
      context.console().out().print(table.text());
    } catch (StoppedException e) {
      throw new StoppedException(
          "interrupted; go on with: palimpsest sweep %s --out %s".formatted(file, root));
    }
  }

  private String time(Sweep sweep) {
    try (Device device = sweep.device(_ -> {})) {
      return "about %s if each takes all the steps it may and nothing is there yet"
          .formatted(Words.about(sweep.estimate(Speed.sgemm(device))));
    }
  }

  private String stem() {
    return file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
  }
}
