package palimpsest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import palimpsest.ops.bench.BenchReport;
import palimpsest.ops.bench.Units;

/**
 * The roofline (Williams, Waterman, Patterson 2009) as a picture of its own: FLOP/s over FLOPs a
 * byte, both logarithmic, a roof of memory and one of arithmetic, a numbered dot an operation. What
 * computes nothing has no place on it.
 *
 * @param title what was measured, where
 * @param roofs the highest is what a data sheet promises, where there is one
 */
public record Roofline(String title, List<Roof> roofs, List<Dot> dots) {
  private static final int WIDTH = 1040;
  private static final int LEFT = 70;
  private static final int TOP = 50;
  private static final int PLOT_WIDTH = 560;
  private static final int ROW = 17;
  private static final int LEGEND = LEFT + PLOT_WIDTH + 30;

  /** A tenth of a decade beyond the outermost point. */
  private static final double MARGIN = 0.1;

  /** {@code min(intensity · bytes, flops)}. */
  public record Roof(String name, double bytesPerSecond, double flopsPerSecond) {
    double at(double intensity) {
      return Math.min(intensity * bytesPerSecond, flopsPerSecond);
    }

    /** Where the two meet: FLOPs a byte. */
    double ridge() {
      return flopsPerSecond / bytesPerSecond;
    }
  }

  /**
   * An operation.
   *
   * @param intensity FLOPs a byte
   * @param share of its floor
   */
  public record Dot(String name, double intensity, double flopsPerSecond, double share) {}

  /** Of the operations that were measured with a cold cache. */
  public static Roofline of(BenchReport report) {
    List<Roof> roofs = new ArrayList<>();
    BenchReport.Limits limits = report.ceilings();
    roofs.add(
        new Roof(
            "measured copy and product",
            limits.copyBytesPerSecond(),
            limits.productFlopsPerSecond()));
    if (limits.card() != null) {
      BenchReport.Card card = limits.card();
      roofs.add(new Roof(card.name(), card.bytesPerSecond(), card.flopsPerSecond()));
    }
    List<Dot> dots =
        report.figures().stream()
            .filter(row -> row.cache().equals("cold") && row.flops() > 0)
            .map(
                row ->
                    new Dot(
                        row.name(),
                        row.flops() / row.bytes(),
                        row.flopsPerSecond(),
                        row.shareOfFloor()))
            .toList();
    return new Roofline(
        "%s, one lane, %s, cold cache".formatted(report.machine().device().name(), report.dtype()),
        roofs,
        dots);
  }

  /** The picture. */
  public String svg() {
    Axis x = Axis.over(LEFT, PLOT_WIDTH, xs());
    int height = Math.max(420, TOP + ROW * (dots.size() + roofs.size() + 2) + 50);
    int plotHeight = height - TOP - 50;
    Axis y = Axis.over(TOP + plotHeight, -plotHeight, ys());
    StringBuilder svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
        <rect width="100%%" height="100%%" fill="white"/>
        <text x="%d" y="24" font-size="15">%s</text>
        """
            .formatted(WIDTH, height, WIDTH, height, LEFT, Html.escape(title)));
    grid(svg, x, y, plotHeight);
    for (int i = 0; i < roofs.size(); i++) {
      roof(svg, x, y, i);
    }
    for (int i = 0; i < dots.size(); i++) {
      dot(svg, x, y, i);
    }
    return svg.append("</svg>\n").toString();
  }

  private double[] xs() {
    List<Double> values = new ArrayList<>();
    dots.forEach(dot -> values.add(dot.intensity));
    roofs.forEach(roof -> values.add(roof.ridge() * 4));
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private double[] ys() {
    List<Double> values = new ArrayList<>();
    dots.forEach(dot -> values.add(dot.flopsPerSecond));
    roofs.forEach(roof -> values.add(roof.flopsPerSecond * 1.5));
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void grid(StringBuilder svg, Axis x, Axis y, int plotHeight) {
    for (int decade = x.firstDecade(); decade <= x.lastDecade(); decade++) {
      double at = x.at(Math.pow(10, decade));
      line(svg, at, TOP, at, TOP + plotHeight, "#ddd", "");
      text(svg, at, TOP + plotHeight + 18, "middle", power(decade));
    }
    for (int decade = y.firstDecade(); decade <= y.lastDecade(); decade++) {
      double at = y.at(Math.pow(10, decade));
      line(svg, LEFT, at, LEFT + PLOT_WIDTH, at, "#ddd", "");
      text(svg, LEFT - 6, at + 4, "end", power(decade));
    }
    text(svg, LEFT + PLOT_WIDTH / 2.0, TOP + plotHeight + 38, "middle", "FLOPs a byte");
    text(svg, LEFT - 6, TOP - 8, "end", "FLOP/s");
  }

  private void roof(StringBuilder svg, Axis x, Axis y, int index) {
    Roof roof = roofs.get(index);
    String dashes = index == 0 ? "" : " stroke-dasharray=\"6 4\"";
    double left = Math.max(x.lowest(), y.lowest() / roof.bytesPerSecond);
    line(
        svg,
        x.at(left),
        y.at(roof.at(left)),
        x.at(roof.ridge()),
        y.at(roof.flopsPerSecond),
        "#333",
        dashes);
    line(
        svg,
        x.at(roof.ridge()),
        y.at(roof.flopsPerSecond),
        LEFT + PLOT_WIDTH,
        y.at(roof.flopsPerSecond),
        "#333",
        dashes);
    double row = TOP + ROW * (index + 1.0);
    line(svg, LEGEND, row - 4, LEGEND + 24, row - 4, "#333", dashes);
    text(
        svg,
        LEGEND + 30,
        row,
        "start",
        String.format(
            Locale.ROOT,
            "%s: %.1f GB/s, %.1f GFLOP/s",
            roof.name,
            roof.bytesPerSecond / 1e9,
            roof.flopsPerSecond / 1e9));
  }

  private void dot(StringBuilder svg, Axis x, Axis y, int index) {
    Dot dot = dots.get(index);
    double cx = x.at(dot.intensity);
    double cy = y.at(dot.flopsPerSecond);
    svg.append(
        String.format(
            Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"#1f6fb4\"/>%n", cx, cy));
    text(svg, cx + 6, cy - 5, "start", Integer.toString(index + 1));
    text(
        svg,
        LEGEND,
        TOP + ROW * (roofs.size() + index + 2.0),
        "start",
        "%d  %s: %s of its floor".formatted(index + 1, dot.name, Units.percent(dot.share)));
  }

  private static void line(
      StringBuilder svg, double x1, double y1, double x2, double y2, String colour, String dashes) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"%s/>%n",
            x1,
            y1,
            x2,
            y2,
            colour,
            dashes));
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
            x,
            y,
            anchor,
            Html.escape(text)));
  }

  private static String power(int decade) {
    return "1e" + decade;
  }

  /** A logarithmic axis of {@code length} pixels from {@code origin} on, which may be negative. */
  private record Axis(double origin, double length, double low, double high) {
    static Axis over(double origin, double length, double[] values) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (double value : values) {
        low = Math.min(low, Math.log10(value));
        high = Math.max(high, Math.log10(value));
      }
      return new Axis(origin, length, low - MARGIN, Math.max(high, low + 1) + MARGIN);
    }

    double at(double value) {
      return origin + length * (Math.log10(value) - low) / (high - low);
    }

    double lowest() {
      return Math.pow(10, low);
    }

    int firstDecade() {
      return (int) Math.ceil(low);
    }

    int lastDecade() {
      return (int) Math.floor(high);
    }
  }
}
