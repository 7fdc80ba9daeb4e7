package palimpsest.cli;

import java.util.List;
import java.util.Locale;
import palimpsest.base.UserException;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.check.CheckReport;
import palimpsest.ops.check.KernelCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palimpsest kernels check}. */
@Command(
    name = "check",
    description =
        "Compares every operation, forward and backward, with a double-precision reference at"
            + " awkward shapes: the error beside what it may be. Exit code 1 if any is WRONG.",
    footer = {
      "%nExamples:",
      "  palimpsest kernels check",
      "  palimpsest kernels check attention gelu --device sim --dtype bf16",
      "  palimpsest kernels check primitives --device cuda"
    })
final class KernelsCheckCommand implements Runnable {
  private final Context context;

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = {
        "Families of operations: attention, layernorm, adamw, gelu, residual, embedding,"
            + " crossentropy, imitation, matmul, ranges (default: all of them);",
        "or primitives: tensor-core products, matrix loads, asynchronous copies and shuffles of"
            + " a CUDA device."
      })
  private List<String> names = List.of();

  @Mixin private DriverOptions driver;

  @Option(
      names = "--dtype",
      paramLabel = "DTYPE",
      defaultValue = "all",
      description =
          "What is computed in: fp32, bf16, or all that the device has (default:"
              + " ${DEFAULT-VALUE}).")
  private String dtype;

  @Mixin private JsonOutput json;

  KernelsCheckCommand(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    json.check();
    CheckReport report = report(new KernelCheck(names, context.stop()));
    json.write(context.console(), report.table(), report.asMap());
    report.require();
  }

  private CheckReport report(KernelCheck check) {
    return switch (dtype) {
      case "all" -> check.inAll(this::open);
      case "fp32" -> check.in(DType.FP32, this::open);
      case "bf16" -> check.in(DType.BF16, this::open);
      default -> throw new UserException("--dtype %s: must be fp32, bf16 or all".formatted(dtype));
    };
  }

  private Device open(DType type) {
    String name = type.name().toLowerCase(Locale.ROOT);
    return driver.open(name, 1, context.console().err()::println);
  }
}
