package palimpsest.lab.profile;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import palimpsest.base.TextTable;
import palimpsest.base.Version;
import palimpsest.model.Flops;
import palimpsest.model.ModelConfig;
import palimpsest.ops.Device;
import palimpsest.ops.bench.Surroundings;
import palimpsest.ops.bench.Units;
import palimpsest.ops.profile.StepTimeline;
import palimpsest.ops.work.Ceilings;
import palimpsest.report.Roofline;

/**
 * Where the time of a training step goes.
 *
 * @param command that it can be measured with again
 * @param subject what was trained
 * @param step seconds of a step that was not recorded
 * @param recordedStep seconds of one that was
 * @param recordingCost the median of how much longer a recorded step took than the one before it
 * @param tokensPerStep positions
 * @param mfu model FLOPs utilisation
 * @param peakBytes most that was allocated on the device at one time
 * @param ceilings of one lane, all lanes at work
 * @param rows by phase and operation, seconds a step, the lanes' added up
 * @param parts by phase and part of the model
 */
public record ProfileReport(
    String schema,
    String version,
    String commit,
    String command,
    String measuredAt,
    Surroundings machine,
    What subject,
    Spread step,
    Spread recordedStep,
    Spread recordingCost,
    int tokensPerStep,
    double tokensPerSecond,
    Utilisation mfu,
    long peakBytes,
    Limits ceilings,
    List<Row> rows,
    List<Part> parts,
    Gaps gaps) {
  private static final String SCHEMA = "palimpsest-profile/1";

  /** A model's sizes, a batch's, and k of the layers frozen with the embedding. */
  public record What(
      String name, Map<String, Integer> shape, double countedShare, int frozenLayers) {}

  /** Of n values. */
  public record Spread(double median, double p5, double p95, int n) {
    static Spread of(List<Double> values) {
      double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      return new Spread(
          quantile(sorted, 0.5), quantile(sorted, 0.05), quantile(sorted, 0.95), sorted.length);
    }

    private static double quantile(double[] sorted, double share) {
      double place = share * (sorted.length - 1);
      int below = (int) place;
      int above = Math.min(below + 1, sorted.length - 1);
      return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
  }

  /**
   * Model FLOPs a second over a peak.
   *
   * @param peakSource where the peak comes from
   */
  public record Utilisation(
      double value,
      String formula,
      double flopsPerToken,
      double peakFlopsPerSecond,
      String peakSource) {}

  /** What one lane does at most; exponentials are null where none were measured. */
  public record Limits(
      String source, double bytesPerSecond, double flopsPerSecond, Double exponentialsPerSecond) {}

  /** An operation in a phase. */
  public record Row(
      String phase,
      String operation,
      String family,
      double callsPerStep,
      double seconds,
      double share,
      double bytes,
      double flops,
      double floorSeconds,
      double shareOfFloor,
      String bound) {}

  /** A layer, the embedding or the head in a phase. */
  public record Part(String phase, String part, double seconds, double share) {}

  /**
   * Where no operation ran.
   *
   * @param hostSeconds a step in which Java was between two operations of a lane's task; on a GPU
   *     all that the stream stood still
   * @param waitingSeconds a step in which a lane had no task: it waited for another, or for what is
   *     done on one thread alone
   * @param histogram of single gaps
   */
  public record Gaps(
      double hostSeconds,
      double hostShare,
      double waitingSeconds,
      double waitingShare,
      double callsPerStep,
      double median,
      double p95,
      double largest,
      List<Bin> histogram) {
    private static final double[] EDGES = {1e-6, 1e-5, 1e-4, 1e-3, Double.POSITIVE_INFINITY};

    /** Gaps shorter than {@code below}, and not in a bin before; null: of any length. */
    public record Bin(Double below, double perStep, double seconds) {}

    static Gaps of(List<Double> gaps, int steps, double host, double waiting, double laneSeconds) {
      double[] sorted = gaps.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      List<Bin> bins = new ArrayList<>();
      double from = 0;
      for (double edge : EDGES) {
        double lower = from;
        double[] within =
            gaps.stream()
                .mapToDouble(Double::doubleValue)
                .filter(gap -> gap >= lower && gap < edge)
                .toArray();
        bins.add(
            new Bin(
                Double.isFinite(edge) ? edge : null,
                (double) within.length / steps,
                Arrays.stream(within).sum() / steps));
        from = edge;
      }
      boolean none = sorted.length == 0;
      return new Gaps(
          host / steps,
          host / laneSeconds,
          waiting / steps,
          waiting / laneSeconds,
          (double) sorted.length / steps,
          none ? 0 : Spread.quantile(sorted, 0.5),
          none ? 0 : Spread.quantile(sorted, 0.95),
          none ? 0 : sorted[sorted.length - 1],
          bins);
    }
  }

  /** What was measured, put together. */
  public static ProfileReport of(
      Subject subject,
      StepProfiler.Measured measured,
      Surroundings machine,
      Device device,
      String command) {
    List<Double> recorded = measured.recorded().stream().map(StepTimeline::seconds).toList();
    Spread step = Spread.of(measured.plain());
    Breakdown breakdown =
        new Breakdown(measured.recorded(), measured.ceilings(), !device.kind().equals("cpu"));
    double counted = measured.counted() / measured.tokens();
    double tokensPerSecond = measured.tokens() / step.median();
    return new ProfileReport(
        SCHEMA,
        Version.number(),
        Version.commit().orElse(null),
        command,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        machine,
        new What(subject.name(), sizes(subject, measured), counted, subject.frozen()),
        step,
        Spread.of(recorded),
        Spread.of(ratios(measured.plain(), recorded)),
        measured.tokens(),
        tokensPerSecond,
        utilisation(subject, measured, counted, tokensPerSecond, device),
        measured.peakBytes(),
        limits(measured.ceilings()),
        breakdown.rows(),
        breakdown.parts(),
        breakdown.gaps());
  }

  private static List<Double> ratios(List<Double> plain, List<Double> recorded) {
    return IntStream.range(0, plain.size())
        .mapToObj(i -> recorded.get(i) / plain.get(i) - 1)
        .toList();
  }

  private static Map<String, Integer> sizes(Subject subject, StepProfiler.Measured measured) {
    ModelConfig model = subject.model();
    Map<String, Integer> sizes = new LinkedHashMap<>();
    sizes.put("B", measured.tokens() / measured.time());
    sizes.put("T", measured.time());
    sizes.put("C", model.width());
    sizes.put("H", model.heads());
    sizes.put("L", model.layers());
    sizes.put("V", model.vocabulary());
    return sizes;
  }

  private static Utilisation utilisation(
      Subject subject,
      StepProfiler.Measured measured,
      double counted,
      double tokensPerSecond,
      Device device) {
    double flops = Flops.training(subject.model(), measured.time(), counted, subject.frozen());
    Optional<Ceilings> card = Ceilings.ofCard(device.name(), device.computeType());
    double peak =
        card.map(Ceilings::flopsPerSecond)
            .orElse(device.lanes() * measured.ceilings().flopsPerSecond());
    return new Utilisation(
        flops * tokensPerSecond / peak,
        Flops.FORMULA,
        flops,
        peak,
        card.map(Ceilings::source).orElse("products, " + measured.ceilings().source()));
  }

  private static Limits limits(Ceilings ceilings) {
    double exponentials = ceilings.exponentialsPerSecond();
    return new Limits(
        ceilings.source(),
        ceilings.bytesPerSecond(),
        ceilings.flopsPerSecond(),
        Double.isFinite(exponentials) ? exponentials : null);
  }

  /** The operations of all phases under what one lane can do. */
  public Roofline roofline() {
    List<Roofline.Dot> dots =
        rows.stream()
            .filter(row -> row.flops > 0)
            .map(
                row ->
                    new Roofline.Dot(
                        row.phase + " " + row.operation,
                        row.flops / row.bytes,
                        row.flops / row.seconds,
                        row.shareOfFloor))
            .toList();
    Roofline.Roof roof =
        new Roofline.Roof(ceilings.source, ceilings.bytesPerSecond, ceilings.flopsPerSecond);
    return new Roofline(
        "a step of %s on %s, a lane".formatted(subject.name, machine.device().name()),
        List.of(roof),
        dots);
  }

  /** For readers. */
  public String table() {
    TextTable table =
        new TextTable(
            2,
            "phase",
            "operation",
            "calls",
            "time",
            "share",
            "GB/s",
            "GFLOP/s",
            "floor",
            "of floor",
            "bound");
    for (Row row : rows) {
      table.row(
          row.phase,
          row.operation,
          "%.0f".formatted(row.callsPerStep),
          Units.seconds(row.seconds),
          Units.percent(row.share),
          "%.1f".formatted(row.bytes / row.seconds / 1e9),
          "%.1f".formatted(row.flops / row.seconds / 1e9),
          Units.seconds(row.floorSeconds),
          Units.percent(row.shareOfFloor),
          row.bound);
    }
    gap(table, "between operations", gaps.hostSeconds, gaps.hostShare);
    gap(table, "waiting for lanes", gaps.waitingSeconds, gaps.waitingShare);
    return table.plain() + closing();
  }

  private static void gap(TextTable table, String name, double seconds, double share) {
    table.row("", name, "", Units.seconds(seconds), Units.percent(share), "", "", "", "", "");
  }

  private String closing() {
    StringBuilder shape = new StringBuilder();
    subject.shape.forEach((key, size) -> shape.append(' ').append(key).append('=').append(size));
    return """

        a step of %s (%s%s) on %s, %d lane%s; times of the lanes added up, shares of all of their time
        %s a step (%s to %s, n = %d), %,.0f tokens/s; recorded steps took %+.1f %% (%+.1f to %+.1f)
        MFU %.1f %% = %s; %.4g FLOPs a token, peak %.4g FLOP/s (%s)
        %s at most on the device; gaps: %.0f a step, median %s, 95 %% below %s
        floor: max(bytes / %.1f GB/s, FLOPs / %.1f GFLOP/s%s), a lane, %s%s%s
        """
        .formatted(
            subject.name,
            shape.toString().strip(),
            subject.frozenLayers == 0 ? "" : ", %d layers frozen".formatted(subject.frozenLayers),
            machine.device().name(),
            machine.device().lanes(),
            machine.device().lanes() == 1 ? "" : "s",
            Units.seconds(step.median),
            Units.seconds(step.p5),
            Units.seconds(step.p95),
            step.n,
            tokensPerSecond,
            100 * recordingCost.median,
            100 * recordingCost.p5,
            100 * recordingCost.p95,
            100 * mfu.value,
            mfu.formula,
            mfu.flopsPerToken,
            mfu.peakFlopsPerSecond,
            mfu.peakSource,
            Units.bytes((double) peakBytes),
            gaps.callsPerStep,
            Units.seconds(gaps.median),
            Units.seconds(gaps.p95),
            ceilings.bytesPerSecond / 1e9,
            ceilings.flopsPerSecond / 1e9,
            ceilings.exponentialsPerSecond == null
                ? ""
                : ", exponentials / %.2f G/s".formatted(ceilings.exponentialsPerSecond / 1e9),
            ceilings.source,
            machine.device().kind().equals("cpu")
                ? ""
                : "\noperations are begun one by one, between events of the stream, not as one graph",
            machine.idle()
                ? ""
                : "\nmachine not idle: the load was %.1f".formatted(machine.load()));
  }
}
