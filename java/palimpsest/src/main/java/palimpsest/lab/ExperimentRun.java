package palimpsest.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;
import palimpsest.base.StopRequest;
import palimpsest.base.UserException;
import palimpsest.ops.Device;
import palimpsest.report.ReportPage;
import palimpsest.report.Results;
import palimpsest.train.RunLog;

/**
 * One run, from what somebody asked for to its report. What can be refused is refused before the
 * folder is made.
 */
public final class ExperimentRun {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  private final Config config;
  private final Path root;
  private final boolean resumed;
  private final TaskStream first;

  private ExperimentRun(Config config, Path root, boolean resumed) {
    Experiment.methods(config);
    this.config = config;
    this.root = root;
    this.resumed = resumed;
    this.first = new BiographyTasks(config, config.seeds().getFirst());
  }

  /** A new run in a folder that is not there yet, or is empty. */
  public static ExperimentRun begin(Config config, Path root) {
    return new ExperimentRun(config, root, false);
  }

  /**
   * Goes on with the run of a folder.
   *
   * @param more methods and seeds beside those it has, and how many repeats
   */
  public static ExperimentRun resume(Path root, List<ConfigOverride> more) {
    Path file = RunFolder.begun(root).configuration();
    Config had = ConfigFile.load(file.toString(), List.of());
    Config asked = ConfigFile.load(file.toString(), more);
    if (asked.repeats() < had.repeats()) {
      throw new UserException(
          "--repeats %d: the run has %d already".formatted(asked.repeats(), had.repeats()));
    }
    List<ConfigOverride> joined = new ArrayList<>();
    for (ConfigOverride override : more) {
      joined.add(
          switch (override.key()) {
            case "methods" -> joined(override, had.methods(), asked.methods());
            case "seeds" -> joined(override, had.seeds(), asked.seeds());
            case "repeats" -> override;
            case String key when key.startsWith("checkpoints.") -> override;
            default ->
                throw new UserException(
                    "%s: a run that is resumed keeps its configuration; begin a new one"
                        .formatted(override.option()));
          });
    }
    return new ExperimentRun(ConfigFile.load(file.toString(), joined), root, true);
  }

  private static ConfigOverride joined(ConfigOverride override, List<?> had, List<?> asked) {
    var items = new LinkedHashSet<Object>(had);
    items.addAll(asked);
    String value = items.stream().map(Object::toString).collect(Collectors.joining(","));
    return new ConfigOverride(override.option(), override.key(), value);
  }

  /** {@code runs/tiny-20260131-142530}, with a number behind it where that is taken. */
  public static Path freeFolder(Config config) {
    String name = config.preset() + "-" + LocalDateTime.now(ZoneId.systemDefault()).format(TIME);
    Path folder = Path.of("runs", name);
    for (int number = 2; Files.exists(folder); number++) {
      folder = Path.of("runs", name + "-" + number);
    }
    return folder;
  }

  /** Whether there is something to resume, should it be stopped now. */
  public boolean isOnDisk() {
    return Files.exists(new RunFolder(root).configuration());
  }

  /** Trains what is missing, and writes results and report. */
  public Results run(Experiment.Options options, Progress progress, StopRequest stop) {
    List<String> notes = new ArrayList<>();
    if (!resumed) {
      RunFolder.refuseTaken(root);
    }
    try (Device device = Devices.open(DeviceChoice.of(config), notes::add)) {
      Needs needs = checkNeeds(device, options);
      try (RunLock _ = RunLock.on(root, progress::note)) {
        notes.add(needs.text());
        return run(device, notes, options, progress, stop);
      }
    }
  }

  private Results run(
      Device device,
      List<String> notes,
      Experiment.Options options,
      Progress progress,
      StopRequest stop) {
    RunFolder folder = folder();
    progress.note(Devices.describe(device, notes));
    if (device.kind().equals("cpu")) {
      progress.note(
          "%d methods, %d seeds: about %s, less what was done before"
              .formatted(
                  Experiment.methods(config).size(),
                  config.seeds().size(),
                  Watch.rough(Estimate.of(config, Speed.sgemm(device)))));
    }
    Results results = train(folder, device, options, progress, stop);
    ReportPage.write(root);
    return results;
  }

  /** Before there is a folder. */
  private Needs checkNeeds(Device device, Experiment.Options options) {
    Needs needs = Needs.of(config, first, device, options.keep());
    Needs.Supply here = Needs.Supply.here(root);
    boolean ownMemory = device.kind().equals(DeviceChoice.CUDA);
    needs.check(
        root,
        Needs.sizeOf(root),
        ownMemory ? new Needs.Supply(here.disk(), device.freeMemory(), here.heap()) : here);
    return needs;
  }

  private RunFolder folder() {
    if (!resumed) {
      return RunFolder.create(root, config);
    }
    var folder = RunFolder.resume(root);
    folder.write(config);
    return folder;
  }

  private Results train(
      RunFolder folder,
      Device device,
      Experiment.Options options,
      Progress progress,
      StopRequest stop) {
    var apparatus = new DeviceApparatus(config, device);
    Lineage lineage = Lineage.of(folder.lineage(), apparatus.maker(), options.strict(), progress);
    try (var log = new RunLog(folder.metrics(), folder.tensorBoard())) {
      return new Experiment(
              config,
              lineage.isMixed() ? options.withoutCache() : options,
              folder,
              lineage.isMixed() ? new MixedApparatus(apparatus, lineage) : apparatus,
              seed -> seed == config.seeds().getFirst() ? first : new BiographyTasks(config, seed),
              progress,
              stop)
          .run(log);
    }
  }
}
