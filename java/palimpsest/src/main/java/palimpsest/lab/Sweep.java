package palimpsest.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import palimpsest.base.StopRequest;
import palimpsest.base.UserException;
import palimpsest.io.AtomicFiles;
import palimpsest.io.FileProblem;
import palimpsest.ops.Device;
import palimpsest.report.Results;
import palimpsest.report.SweepTable;

/**
 * All trials of a {@link SweepPlan}, each a run in a folder of its own. What is there already is
 * not run again, and phases before task 1 are shared through the cache.
 */
public final class Sweep {
  private static final String PLAN = "sweep.yaml";
  private static final String TABLE = "sweep.csv";

  private final SweepPlan plan;
  private final Path root;
  private final List<SweepPlan.Trial> grid;
  private final List<Config> configs;

  /**
   * Refuses what cannot be run before anything is.
   *
   * @param root the folder of the sweep: new, or of this very sweep
   */
  public Sweep(SweepPlan plan, Path root) {
    this.plan = plan;
    this.root = root;
    this.grid = plan.grid();
    this.configs = grid.stream().map(plan::config).toList();
    refuseAnother();
  }

  private void refuseAnother() {
    Path file = root.resolve(PLAN);
    try {
      if (Files.exists(file) && !Files.readString(file).equals(plan.text())) {
        throw new UserException(
            root + ": holds another sweep; name another folder with --out, or give it its plan");
      }
      if (!Files.exists(file) && Files.exists(root) && !RunFolder.isFree(root)) {
        throw new UserException(root + ": is there already; name a new folder with --out");
      }
    } catch (IOException e) {
      throw FileProblem.reading(file, e);
    }
  }

  /** How many trials there are, and of how many methods. */
  public String size() {
    return "%d trials: %d of each of %d methods, %d %s each"
        .formatted(
            grid.size(),
            plan.trials(),
            plan.methods().size(),
            plan.seeds().size(),
            plan.seeds().size() == 1 ? "seed" : "seeds");
  }

  /** The device that the trials will run on; the caller closes it. */
  public Device device(Consumer<String> notes) {
    return Devices.open(DeviceChoice.of(configs.getFirst()), notes);
  }

  /**
   * The time of all trials, should each take all the steps it may and nothing be there already.
   *
   * @param flops of matrix products on the whole device, a second
   */
  public Duration estimate(double flops) {
    return Estimate.of(configs, flops);
  }

  /**
   * Runs what is missing, and writes {@code sweep.csv}.
   *
   * @param progress of each trial
   * @return all trials and the chosen ones
   */
  public SweepTable run(Experiment.Options options, Progress progress, StopRequest stop) {
    try (RunLock _ = RunLock.on(root, progress::note)) {
      return runLocked(options, progress, stop);
    }
  }

  private SweepTable runLocked(Experiment.Options options, Progress progress, StopRequest stop) {
    AtomicFiles.write(root.resolve(PLAN), plan.text());
    List<SweepTable.Row> rows = new ArrayList<>();
    for (int i = 0; i < grid.size(); i++) {
      SweepPlan.Trial trial = grid.get(i);
      progress.note(
          "trial %d of %d: %s, rate %s"
              .formatted(trial.number(), grid.size(), trial.method(), trial.rate()));
      Results results = results(trial, configs.get(i), options, progress, stop);
      rows.add(
          SweepTable.row(trial.number(), trial.family(), trial.method(), trial.rate(), results));
    }
    var table = new SweepTable(rows);
    table.writeCsv(root.resolve(TABLE));
    return table;
  }

  /** Of a trial that is over as they stand; of another once it has been run. */
  private Results results(
      SweepPlan.Trial trial,
      Config config,
      Experiment.Options options,
      Progress progress,
      StopRequest stop) {
    Path folder = root.resolve("trials").resolve(trial.folder());
    var run = new RunFolder(folder);
    if (Files.exists(run.results())) {
      Results results = Results.read(run.results());
      if (results.runs().size() == plan.seeds().size()) {
        return results;
      }
    }
    ExperimentRun begun =
        Files.exists(run.configuration())
            ? ExperimentRun.resume(folder, List.of())
            : ExperimentRun.begin(config, folder);
    return begun.run(options, progress, stop);
  }
}
