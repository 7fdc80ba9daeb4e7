package palimpsest.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import palimpsest.base.StoppedException;
import palimpsest.base.UserException;
import palimpsest.lab.Cadence;
import palimpsest.lab.Config;
import palimpsest.lab.ConfigFile;
import palimpsest.lab.ConfigOverride;
import palimpsest.lab.DeviceChoice;
import palimpsest.lab.Experiment;
import palimpsest.lab.ExperimentRun;
import palimpsest.lab.NonFinite;
import palimpsest.lab.PhaseCache;
import palimpsest.lab.Presets;
import palimpsest.report.Comparison;
import palimpsest.report.Headline;
import palimpsest.report.ReportPage;
import palimpsest.report.Results;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palimpsest run}. */
@Command(
    name = "run",
    description =
        "Runs the whole experiment: pretrains a model, teaches it task 0 and by each method task"
            + " 1, sees what comes back, and writes a report.",
    footer = {
      "%nExamples:",
      "  palimpsest run",
      "  palimpsest run small --methods seq,freeze:4 --seeds 1,2,3 --out runs/three",
      "  palimpsest run --set data.people=1000 --set pretrain.steps=4000",
      "  palimpsest run --resume runs/three --methods replay:0.2"
    })
final class RunCommand implements Runnable {
  private final Context context;

  @Parameters(
      arity = "0..1",
      paramLabel = "PRESET|FILE.yaml",
      description =
          "A preset (tiny, small, deep, micro, paper-70m, paper-160m) or a file that says what is"
              + " different from one (default: tiny).")
  private String preset;

  @Option(
      names = "--methods",
      paramLabel = "M,...",
      description =
          "Continual-learning methods, such as seq, freeze:N, replay:R[:mix=M], joint, or core or"
              + " all of them; 'freeze:layers.0-2;head' needs quotes (default: the preset's).")
  private String methods;

  @Option(
      names = "--seeds",
      paramLabel = "N,...",
      description = "Each is a replicate of the whole chain (default: the preset's, 1).")
  private String seeds;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      description = "Fine-tunings of the same pretrained model (default: 1).")
  private String repeats;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any key of the configuration, such as data.people=1000.")
  private List<String> assignments = List.of();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder of the run (default: runs/PRESET-TIME).")
  private Path out;

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description =
          "Go on with a run, with more --methods or --seeds if there are any: trains only what is"
              + " missing.")
  private Path resumed;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description =
          "auto, cpu, cuda, cuda:N, or sim: the CUDA path on the CPU, slowly (default: auto).")
  private String device;

  @Option(
      names = "--driver",
      paramLabel = "DRIVER",
      description = "How CUDA is called: ffm or jcuda (default: ffm).")
  private String driver;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to compute on (default: one per core).")
  private String threads;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "What weights are multiplied in: fp32, or bf16 on CUDA (default: fp32).")
  private String dtype;

  @Option(
      names = "--no-graph",
      description = "On CUDA, launch each kernel of a training step on its own, for debugging.")
  private boolean noGraph;

  @Option(
      names = "--keep",
      paramLabel = "N",
      description = "Keep the weights of the last N phases alone (default: of all).")
  private Integer keep;

  @Option(
      names = "--no-cache",
      description = "Neither take phases from the cache of all runs nor put them there.")
  private boolean noCache;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N|TIME",
      description =
          "Write a checkpoint to resume from every N steps of a phase, or every 30s, 5m, 1h of it"
              + " (default: 2m).")
  private String checkpointEvery;

  @Option(
      names = "--strict",
      description =
          "Refuse to resume where results would not be bit for bit those of a run that was never"
              + " interrupted: with another device, number of threads or program.")
  private boolean strict;

  @Option(
      names = "--on-nonfinite",
      paramLabel = "stop|skip",
      defaultValue = "stop",
      description = "What to do about a step that is not finite (default: ${DEFAULT-VALUE}).")
  private String onNonFinite;

  @Option(names = "--quiet", description = "Say nothing on the way.")
  private boolean quiet;

  RunCommand(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    Experiment.Options options = options();
    Path folder;
    ExperimentRun run;
    if (resumed == null) {
      Config config = ConfigFile.load(preset == null ? Presets.DEFAULT : preset, overrides());
      folder = out == null ? ExperimentRun.freeFolder(config) : out;
      run = ExperimentRun.begin(config, folder);
    } else {
      refuseWithResume();
      folder = resumed;
      run = ExperimentRun.resume(folder, overrides());
    }
    answer(run(run, folder, options), folder);
  }

  private Results run(ExperimentRun run, Path folder, Experiment.Options options) {
    long began = System.nanoTime();
    try (var shown = new Watching(context.console(), quiet)) {
      return run.run(options, shown.progress(), context.stop());
    } catch (StoppedException e) {
      String after = "interrupted after " + Words.of(Duration.ofNanos(System.nanoTime() - began));
      throw new StoppedException(
          run.isOnDisk()
              ? "%s; resume with: palimpsest run --resume %s".formatted(after, folder)
              : after);
    }
  }

  private void answer(Results results, Path folder) {
    var out = context.console().out();
    out.println(Headline.of(results).title());
    out.println();
    out.print(Comparison.of(List.of(folder)).text());
    out.println();
    out.println("Report: " + folder.resolve(ReportPage.FILE));
  }

  private void refuseWithResume() {
    if (preset != null) {
      throw new UserException(
          "'%s': a run that is resumed has its configuration; leave out one of the two"
              .formatted(preset));
    }
    if (out != null) {
      throw new UserException("--out: a run that is resumed stays where it is; leave out one");
    }
  }

  private Experiment.Options options() {
    if (keep != null && keep < 0) {
      throw new UserException("--keep %d: must be 0 or more".formatted(keep));
    }
    NonFinite nonFinite =
        switch (onNonFinite) {
          case "stop" -> NonFinite.STOP;
          case "skip" -> NonFinite.SKIP;
          default ->
              throw new UserException(
                  "--on-nonfinite %s: must be stop or skip".formatted(onNonFinite));
        };
    return new Experiment.Options(
        noCache ? Optional.empty() : Optional.of(PhaseCache.folder(System.getenv())),
        keep == null ? OptionalInt.empty() : OptionalInt.of(keep),
        nonFinite,
        checkpointEvery == null ? Cadence.USUAL : Cadence.parse(checkpointEvery),
        strict);
  }

  private List<ConfigOverride> overrides() {
    List<ConfigOverride> overrides = new ArrayList<>();
    assignments.forEach(assignment -> overrides.add(ConfigOverride.parse(assignment)));
    add(overrides, "--methods", "methods", methods);
    add(overrides, "--seeds", "seeds", seeds);
    add(overrides, "--repeats", "repeats", repeats);
    if (device != null) {
      overrides.addAll(DeviceChoice.overrides(device));
    }
    add(overrides, "--driver", "device.driver", driver);
    add(overrides, "--threads", "device.threads", threads);
    add(overrides, "--dtype", "device.dtype", dtype);
    if (noGraph) {
      overrides.add(new ConfigOverride("--no-graph", "device.graph", "false"));
    }
    return overrides;
  }

  private static void add(List<ConfigOverride> overrides, String option, String key, String value) {
    if (value != null) {
      overrides.add(new ConfigOverride(option + " " + value, key, value));
    }
  }
}
