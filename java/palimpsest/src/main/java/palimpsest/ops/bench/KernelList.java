package palimpsest.ops.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import palimpsest.base.TextTable;
import palimpsest.base.UserException;
import palimpsest.base.Version;
import palimpsest.ops.DType;
import palimpsest.ops.work.Ceilings;
import palimpsest.ops.work.ModelShape;
import palimpsest.ops.work.Work;

/**
 * {@code kernels list}: what each operation has to do at a shape and how long that takes at least,
 * and what ptxas said of the kernels. Nothing is run.
 *
 * @param floorOn the card whose data sheet the floors are for
 * @param kernels null where the build had no {@code nvcc}
 * @param kernelsAbsent why; null where there are kernels
 */
public record KernelList(
    String version,
    String model,
    Map<String, Integer> shape,
    String dtype,
    String floorOn,
    double bytesPerSecond,
    double flopsPerSecond,
    List<Row> operations,
    List<KernelResources> kernels,
    String kernelsAbsent) {
  private static final String NO_KERNELS =
      "this build had no nvcc, so there are no kernels to list; the CUDA toolkit 13 has it";

  /** The work of a call. */
  public record Row(
      String family,
      String operation,
      String role,
      int callsPerStep,
      double bytes,
      double flops,
      double exponentials,
      double floorSeconds,
      String bound) {}

  /**
   * @param families of operations and kernels; without any, all of them
   * @param card a name of {@link Ceilings#cards}
   * @param architecture such as {@code sm_90}, or {@code all}
   * @throws UserException if there is no such card, family or architecture
   */
  public static KernelList of(
      ModelShape shape, DType dtype, List<String> families, String card, String architecture) {
    Ceilings on =
        Ceilings.ofCard(card, dtype)
            .orElseThrow(
                () ->
                    new UserException(
                        "--card %s: no data sheet of it is known; there are %s"
                            .formatted(card, String.join(", ", Ceilings.cards()))));
    List<KernelResources> kernels = KernelResources.ofBuild().orElse(null);
    List<Row> rows = new ArrayList<>();
    for (BenchCase each : Cases.of(shape, operations(families, kernels))) {
      rows.add(row(each, dtype, on));
    }
    return new KernelList(
        Version.number(),
        shape.name(),
        shape.sizes(),
        dtype.name().toLowerCase(Locale.ROOT),
        on.source(),
        on.bytesPerSecond(),
        on.flopsPerSecond(),
        onlyKernels(families, kernels) ? List.of() : rows,
        kernels == null ? null : chosen(kernels, families, architecture),
        kernels == null ? NO_KERNELS : null);
  }

  /** Those that are no family of kernels alone, such as the primitives. */
  private static List<String> operations(List<String> families, List<KernelResources> kernels) {
    return families.stream().filter(family -> !alone(family, kernels)).toList();
  }

  private static boolean onlyKernels(List<String> families, List<KernelResources> kernels) {
    return !families.isEmpty() && operations(families, kernels).isEmpty();
  }

  private static boolean alone(String family, List<KernelResources> kernels) {
    return kernels != null
        && kernels.stream().anyMatch(kernel -> kernel.family().equals(family))
        && !Cases.families().contains(family);
  }

  private static List<KernelResources> chosen(
      List<KernelResources> kernels, List<String> families, String architecture) {
    List<String> known = kernels.stream().map(KernelResources::architecture).distinct().toList();
    if (!architecture.equals("all") && !known.contains(architecture)) {
      throw new UserException(
          "--arch %s: must be %s or all".formatted(architecture, String.join(", ", known)));
    }
    return kernels.stream()
        .filter(kernel -> architecture.equals("all") || kernel.architecture().equals(architecture))
        .filter(kernel -> families.isEmpty() || families.contains(kernel.family()))
        .toList();
  }

  private static Row row(BenchCase each, DType dtype, Ceilings on) {
    Work work = each.work(dtype);
    return new Row(
        each.family(),
        each.operation(),
        each.role(),
        each.callsPerStep(),
        work.bytes(),
        work.flops(),
        work.exponentials(),
        work.floor(on),
        work.bound(on).name().toLowerCase(Locale.ROOT));
  }

  /** For readers. */
  public String table() {
    StringBuilder text = new StringBuilder();
    if (!operations.isEmpty()) {
      text.append(operationTable());
    }
    if (kernels == null) {
      text.append(kernelsAbsent).append('\n');
    } else if (!kernels.isEmpty()) {
      text.append(kernelTable());
    }
    return text.toString();
  }

  private String operationTable() {
    TextTable table =
        new TextTable(
            3,
            "family",
            "operation",
            "for",
            "calls a step",
            "bytes",
            "FLOPs",
            "FLOP/B",
            "floor",
            "bound");
    for (Row row : operations) {
      table.row(
          row.family,
          row.operation,
          row.role,
          row.callsPerStep == 0 ? "" : "%d".formatted(row.callsPerStep),
          Units.bytes(row.bytes),
          Units.flops(row.flops),
          "%.1f".formatted(row.flops / row.bytes),
          Units.seconds(row.floorSeconds),
          row.bound);
    }
    StringBuilder sizes = new StringBuilder();
    shape.forEach((key, size) -> sizes.append(' ').append(key).append('=').append(size));
    return """
        %s
        a call at %s,%s, %s
        floor: max(bytes / %.2f TB/s, FLOPs / %.0f TFLOP/s, exponentials / 16 a clock) of %s

        """
        .formatted(
            table.plain(),
            model,
            sizes,
            dtype,
            bytesPerSecond / 1e12,
            flopsPerSecond / 1e12,
            floorOn);
  }

  private String kernelTable() {
    TextTable table =
        new TextTable(3, "family", "kernel", "for", "registers", "shared", "stack", "spills");
    for (KernelResources kernel : kernels) {
      table.row(
          kernel.family(),
          kernel.variant(),
          kernel.architecture(),
          "%d".formatted(kernel.registers()),
          "%d".formatted(kernel.sharedBytes()),
          "%d".formatted(kernel.stackBytes()),
          "%d".formatted(kernel.spillStores() + kernel.spillLoads()));
    }
    return table.plain()
        + "\nregisters and stack bytes a thread, shared bytes a block as far as they are known when"
        + " compiled, spilled bytes (ptxas)\n";
  }
}
