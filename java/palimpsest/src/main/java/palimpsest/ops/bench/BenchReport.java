package palimpsest.ops.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import palimpsest.base.TextTable;
import palimpsest.cuda.Nvml;
import palimpsest.ops.work.Ceilings;
import palimpsest.ops.work.Work;

/**
 * What {@code kernels bench} found; {@code bench/schema/kernels-bench.json} is its form in JSON.
 *
 * @param schema which form this is
 * @param command that it can be measured with again
 * @param gpu how the card was doing after each round; null without a card that says
 * @param gpuAbsent why {@code gpu} is null
 * @param skipped cases that were not measured, with the reason
 */
public record BenchReport(
    String schema,
    String version,
    String commit,
    String command,
    String measuredAt,
    Surroundings machine,
    List<Nvml.State> gpu,
    String gpuAbsent,
    Map<String, Integer> shape,
    String dtype,
    Limits ceilings,
    List<Row> figures,
    List<Skipped> skipped) {
  static final String SCHEMA = "palimpsest-kernels-bench/1";

  /**
   * What rows are held against.
   *
   * @param copy the time that the bandwidth comes from; as the next two
   * @param exponentials null on a GPU
   * @param exponentialsPerSecond null on a GPU
   * @param card its data sheet; null for one that is not listed, and for a CPU
   */
  public record Limits(
      double copyBytesPerSecond,
      double productFlopsPerSecond,
      Double exponentialsPerSecond,
      long cacheBytes,
      Figure copy,
      Figure product,
      Figure exponentials,
      Card card) {}

  /** A data sheet. */
  public record Card(String name, double bytesPerSecond, double flopsPerSecond) {}

  /**
   * An operation with one state of the cache.
   *
   * @param name {@code family/operation role}: with {@code cache} it names the figure
   * @param callsPerStep of a training step
   * @param time of a call, in seconds
   * @param floorSeconds the least time on this machine, as measured
   * @param bound what the floor is made of: memory, arithmetic or exponentials
   * @param shareOfFloor floor over time
   */
  public record Row(
      String name,
      String cache,
      String family,
      String operation,
      String role,
      int callsPerStep,
      Figure time,
      double bytes,
      double flops,
      double exponentials,
      double bytesPerSecond,
      double flopsPerSecond,
      double shareOfCopy,
      double shareOfProduct,
      double floorSeconds,
      String bound,
      double shareOfFloor) {

    static Row of(BenchCase which, CacheState cache, Figure time, Work work, Ceilings on) {
      double bytesPerSecond = work.bytes() / time.median();
      double flopsPerSecond = work.flops() / time.median();
      return new Row(
          which.name(),
          cache.word(),
          which.family(),
          which.operation(),
          which.role(),
          which.callsPerStep(),
          time,
          work.bytes(),
          work.flops(),
          work.exponentials(),
          bytesPerSecond,
          flopsPerSecond,
          bytesPerSecond / on.bytesPerSecond(),
          flopsPerSecond / on.flopsPerSecond(),
          work.floor(on),
          work.bound(on).name().toLowerCase(Locale.ROOT),
          work.floor(on) / time.median());
    }
  }

  /** A case that could not be measured. */
  public record Skipped(String name, String reason) {}

  /** For readers. */
  public String table() {
    TextTable table =
        new TextTable(
            2,
            "operation",
            "cache",
            "median",
            "p5",
            "p95",
            "±",
            "GB/s",
            "of copy",
            "GFLOP/s",
            "of product",
            "floor",
            "of floor",
            "bound");
    for (Row row : figures) {
      table.row(
          row.name,
          row.cache,
          Units.seconds(row.time.median()),
          Units.seconds(row.time.p5()),
          Units.seconds(row.time.p95()),
          Units.percent((row.time.high() - row.time.low()) / 2 / row.time.median()),
          "%.1f".formatted(row.bytesPerSecond / 1e9),
          Units.percent(row.shareOfCopy),
          "%.1f".formatted(row.flopsPerSecond / 1e9),
          Units.percent(row.shareOfProduct),
          Units.seconds(row.floorSeconds),
          Units.percent(row.shareOfFloor),
          row.bound);
    }
    StringBuilder text = new StringBuilder(table.plain());
    skipped.forEach(each -> text.append("%s: skipped, %s%n".formatted(each.name, each.reason)));
    return text.append(closing()).toString();
  }

  private String closing() {
    return """

        %s, one lane; %s %s
        measured copy %.1f GB/s, product %.1f GFLOP/s%s; cold: sets of tensors in turn, or the cache of %d MiB overwritten before
        ±: half the range of the rounds' medians; floor: max(bytes / copy, FLOPs / product, exponentials / their rate)%s%s
        """
        .formatted(
            machine.device().name(),
            sizes(),
            dtype,
            ceilings.copyBytesPerSecond / 1e9,
            ceilings.productFlopsPerSecond / 1e9,
            ceilings.exponentialsPerSecond == null
                ? ""
                : ", %.2f G exponentials/s".formatted(ceilings.exponentialsPerSecond / 1e9),
            ceilings.cacheBytes >> 20,
            machine.device().kind().equals("sim")
                ? "\nthe simulator's times are those of the CPU it runs on, and say nothing of a GPU"
                : "",
            machine.idle()
                ? ""
                : "\nmachine not idle: the load was %.1f".formatted(machine.load()));
  }

  private String sizes() {
    StringBuilder text = new StringBuilder();
    shape.forEach((key, size) -> text.append(key).append('=').append(size).append(' '));
    return text.toString().strip();
  }
}
