package palimpsest.cli;

import java.util.List;
import palimpsest.base.UserException;
import palimpsest.ops.Device;
import palimpsest.ops.bench.BenchReport;
import palimpsest.ops.bench.Effort;
import palimpsest.ops.bench.KernelBench;
import palimpsest.report.Roofline;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code palimpsest kernels bench}. */
@Command(
    name = "bench",
    description =
        "Times every operation on one lane at the shapes of a model, with the cache cold and warm,"
            + " beside a measured copy and product. tools/compare compares two such files.",
    footer = {
      "%nExamples:",
      "  palimpsest kernels bench attention --model tiny",
      "  palimpsest kernels bench --device cuda --dtype bf16 --shape B=96,T=512,C=768,H=12 --json a.json"
    })
final class KernelsBenchCommand implements Runnable {
  private final Context context;

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "Families of operations, as kernels list names them (default: all of them).")
  private List<String> names = List.of();

  @Mixin private ShapeOptions shape;
  @Mixin private DriverOptions driver;

  @Option(
      names = "--dtype",
      paramLabel = "DTYPE",
      defaultValue = "fp32",
      description = "What is computed in: fp32 or bf16 (default: ${DEFAULT-VALUE}).")
  private String dtype;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "6",
      description = "Rounds over all operations, a median each (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "0.1",
      description =
          "For an operation in a round, cold and warm each, at most (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--noise",
      paramLabel = "SHARE",
      defaultValue = "0.01",
      description =
          "End a measurement when half the 95 %% interval of its median is below this share"
              + " (default: ${DEFAULT-VALUE}).")
  private double noise;

  @Mixin private RooflineOption roofline;
  @Mixin private JsonOutput json;
  @Spec private CommandSpec spec;

  KernelsBenchCommand(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    json.check();
    roofline.check();
    Effort effort = effort();
    try (Device device = driver.open(Dtypes.checked(dtype), 1, context.console().err()::println)) {
      KernelBench bench =
          new KernelBench(
              shape.shape(device.kind()), names, effort, Words.command(spec), context.stop());
      BenchReport report = bench.on(device);
      json.write(context.console(), report.table(), report);
      roofline.write(Roofline.of(report));
    }
  }

  private Effort effort() {
    if (rounds < 1) {
      throw new UserException("--rounds %d: must be 1 or more".formatted(rounds));
    }
    if (!(seconds > 0) || !(noise >= 0)) {
      throw new UserException(
          "--seconds %s --noise %s: must be above 0, and 0 or more".formatted(seconds, noise));
    }
    return new Effort(rounds, seconds, noise);
  }
}
