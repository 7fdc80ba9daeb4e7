package palimpsest.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import palimpsest.base.UserException;
import palimpsest.io.AtomicFiles;
import palimpsest.lab.ConfigFile;
import palimpsest.lab.ConfigOverride;
import palimpsest.lab.Presets;
import palimpsest.lab.profile.ChromeTrace;
import palimpsest.lab.profile.ProfileReport;
import palimpsest.lab.profile.StepProfiler;
import palimpsest.lab.profile.Subject;
import palimpsest.ops.Device;
import palimpsest.ops.bench.LaneCeilings;
import palimpsest.ops.bench.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code palimpsest profile}. */
@Command(
    name = "profile",
    description =
        "Takes a few pretraining steps and says where their time goes: by phase and operation, with"
            + " the least time each could take, the gaps between them, tokens a second and MFU."
            + " With Nsight or -Dpalimpsest.nvtx=true phases and operations are NVTX ranges; in a"
            + " JFR recording they are events.",
    footer = {
      "%nExamples:",
      "  palimpsest profile tiny --trace trace.json",
      "  palimpsest profile --model pythia-160m --device cuda --dtype bf16 --json profile.json",
      "  PALIMPSEST_JAVA_OPTIONS=-XX:StartFlightRecording=filename=p.jfr palimpsest profile"
    })
final class ProfileCommand implements Runnable {
  private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(20);

  private final Context context;

  @Parameters(
      arity = "0..1",
      paramLabel = "PRESET|FILE",
      description = "Whose pretraining steps (default: " + Presets.DEFAULT + ").")
  private String preset;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any key of the configuration, such as pretrain.batch=16.")
  private List<String> assignments = List.of();

  @Mixin private ShapeOptions shape;
  @Mixin private DriverOptions driver;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Threads to compute on; 0: one per core (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--dtype",
      paramLabel = "DTYPE",
      defaultValue = "fp32",
      description = "What is computed in: fp32 or bf16 (default: ${DEFAULT-VALUE}).")
  private String dtype;

  @Option(
      names = "--frozen",
      paramLabel = "K",
      defaultValue = "0",
      description = "Freeze the embedding and the K bottom layers (default: ${DEFAULT-VALUE}).")
  private int frozen;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "Steps to record, with one that is not recorded before each (default:"
              + " ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "Write the recorded steps for ui.perfetto.dev or chrome://tracing.")
  private Path trace;

  @Mixin private RooflineOption roofline;
  @Mixin private JsonOutput json;
  @Spec private CommandSpec spec;

  ProfileCommand(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    check();
    try (Device device =
        driver.open(Dtypes.checked(dtype), threads, context.console().err()::println)) {
      Surroundings machine = Surroundings.of(device);
      Subject subject = subject(device);
      StepProfiler.Measured measured =
          new StepProfiler(subject, steps, LONGEST_WARM_UP, context.stop())
              .on(device, LaneCeilings.measure(device));
      ProfileReport report =
          ProfileReport.of(subject, measured, machine, device, Words.command(spec));
      json.write(context.console(), report.table(), report);
      roofline.write(report.roofline());
      if (trace != null) {
        AtomicFiles.write(trace, ChromeTrace.of(device, measured.recorded()));
      }
    }
  }

  private void check() {
    json.check();
    roofline.check();
    if (steps < 1) {
      throw new UserException("--steps %d: must be 1 or more".formatted(steps));
    }
    if (shape.given() && (preset != null || !assignments.isEmpty())) {
      throw new UserException(
          "--model and --shape describe a model of their own: leave out the preset and --set");
    }
    if (trace != null && !Files.isDirectory(trace.toAbsolutePath().getParent())) {
      throw new UserException(
          "--trace: there is no folder %s".formatted(trace.toAbsolutePath().getParent()));
    }
  }

  private Subject subject(Device device) {
    if (shape.given()) {
      return Subject.ofShape(shape.shape(device.kind()), frozen);
    }
    List<ConfigOverride> overrides = assignments.stream().map(ConfigOverride::parse).toList();
    String name = preset == null ? Presets.DEFAULT : preset;
    return Subject.pretraining(ConfigFile.load(name, overrides), frozen);
  }
}
