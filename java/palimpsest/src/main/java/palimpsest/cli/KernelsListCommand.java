package palimpsest.cli;

import java.util.List;
import java.util.Locale;
import palimpsest.ops.DType;
import palimpsest.ops.bench.KernelList;
import palimpsest.ops.work.Ceilings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palimpsest kernels list}. */
@Command(
    name = "list",
    description =
        "Lists every operation with the bytes and FLOPs of a call and the least time they take on a"
            + " card, and every compiled kernel with its registers, shared memory and spills. Runs"
            + " nothing.",
    footer = {
      "%nExamples:",
      "  palimpsest kernels list --model pythia-160m --dtype bf16",
      "  palimpsest kernels list attention --shape B=8,T=2048 --arch all --json -"
    })
final class KernelsListCommand implements Runnable {
  private final Context context;

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "Families, as the files of cuda-kernels are called (default: all of them).")
  private List<String> names = List.of();

  @Mixin private ShapeOptions shape;

  @Option(
      names = "--dtype",
      paramLabel = "DTYPE",
      defaultValue = "bf16",
      description = "What would be computed in: fp32 or bf16 (default: ${DEFAULT-VALUE}).")
  private String dtype;

  @Option(
      names = "--card",
      paramLabel = "NAME",
      defaultValue = Ceilings.USUAL_CARD,
      description = "Whose data sheet the floors are for (default: ${DEFAULT-VALUE}).")
  private String card;

  @Option(
      names = "--arch",
      paramLabel = "ARCH",
      defaultValue = "sm_90",
      description = "What the kernels were compiled for, or all (default: ${DEFAULT-VALUE}).")
  private String architecture;

  @Mixin private JsonOutput json;

  KernelsListCommand(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    json.check();
    DType type = DType.valueOf(Dtypes.checked(dtype).toUpperCase(Locale.ROOT));
    KernelList list = KernelList.of(shape.shape("cuda"), type, names, card, architecture);
    json.write(context.console(), list.table(), list);
  }
}
