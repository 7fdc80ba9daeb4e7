package palimpsest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import palimpsest.analysis.features.Cancellation;
import palimpsest.analysis.features.FeatureFindings;
import palimpsest.analysis.features.FeatureFindings.Depth;
import palimpsest.analysis.features.FeatureShift;
import palimpsest.analysis.features.ScatterPoint;
import palimpsest.analysis.features.ShiftPair;
import palimpsest.report.Plot.Axis;
import palimpsest.report.Plot.Line;
import palimpsest.report.Plot.Mark;
import palimpsest.report.Plot.Point;
import palimpsest.report.Plot.Style;

/** The figures of the shifts. */
final class ShiftPlots {
  private final FeatureFindings findings;
  private final List<String> attributes;
  private final Axis depth;

  ShiftPlots(FeatureFindings findings) {
    this.findings = findings;
    this.attributes =
        findings.pairs().getFirst().depths().getFirst().slopes().stream()
            .map(slope -> slope.attribute())
            .toList();
    double last = findings.cancellation().size() - 1;
    this.depth = Axis.of("depth").between(0.0, last);
  }

  /** What the colours of the scatter plots mean. */
  List<String> attributes() {
    return attributes.stream().map(attribute -> attribute.replace('_', ' ')).toList();
  }

  Plot size() {
    return Plot.of(
            "shift-size",
            "How far",
            depth,
            Axis.logarithmic("mean ‖h′ − h‖ / mean ‖h‖"),
            byPair(FeatureShift::size))
        .label("Relative size of the shift over the depth, for each pair of models")
        .tall();
  }

  Plot oneDirection() {
    return Plot.of(
            "shift-direction",
            "How much of it is one direction",
            depth,
            Axis.share("ρ"),
            byPair(FeatureShift::oneDirection))
        .label("Share of one common direction over the depth, for each pair of models")
        .tall();
  }

  private List<Line> byPair(Function<FeatureShift, Double> quantity) {
    List<Line> lines = new ArrayList<>();
    for (ShiftPair pair : ShiftPair.values()) {
      lines.add(
          Line.of(
              shortName(pair),
              pair.ordinal(),
              pair.task() == 0 ? Style.LINE : Style.DASHED,
              overDepth(pair, quantity)));
    }
    return lines;
  }

  private List<Point> overDepth(ShiftPair pair, Function<FeatureShift, Double> quantity) {
    return findings.pair(pair).depths().stream()
        .filter(depth -> quantity.apply(depth.shift()) != null)
        .map(depth -> Point.of(depth.depth(), quantity.apply(depth.shift())))
        .filter(point -> point.y() > 0)
        .toList();
  }

  /** Of the shift that loses task 0 with the features' leading components. */
  Plot cosines() {
    return Plot.of(
            "shift-cosines",
            "Against the features",
            depth,
            Axis.of("mean |cos|").between(0.0, null),
            List.of(
                Line.of("PC 1", 0, Style.LINE, overDepth(lost(), FeatureShift::cosine1)),
                Line.of("PC 2", 1, Style.LINE, overDepth(lost(), FeatureShift::cosine2))))
        .detail("while task 0 is lost")
        .label("Cosine of the shift with the first two principal components over the depth")
        .marks(List.of(new Mark("y", findings.chance(), "chance")))
        .tall();
  }

  private static ShiftPair lost() {
    return ShiftPair.FORGET_TASK0;
  }

  Plot cancellation() {
    return Plot.of(
            "shift-cancellation",
            "What comes later",
            depth,
            Axis.of("cosine, early and later shift").between(-1.0, 1.0),
            List.of(
                Line.of("mean shifts", 0, Style.LINE, cosines(Cancellation::cosine)),
                Line.of("each question", 1, Style.LINE, cosines(Cancellation::meanCosine))))
        .detail("below 0: it takes back")
        .label("Cosine of the shift that loses task 0 with the later one, over the depth")
        .marks(List.of(new Mark("y", 0, "")))
        .tall();
  }

  private List<Point> cosines(Function<Cancellation, Double> of) {
    return findings.cancellation().stream()
        .filter(one -> of.apply(one) != null)
        .map(one -> Point.of(one.depth(), of.apply(one)))
        .toList();
  }

  /** A panel a hidden state, with common limits: arrows from before to after. */
  Plot[] scatter(ShiftPair pair, ScatterPoint.Axis x, ScatterPoint.Axis y) {
    List<Depth> depths = findings.pair(pair).depths();
    double[] acrossLimits = limits(depths, x);
    double[] upLimits = limits(depths, y);
    return depths.stream()
        .filter(depth -> !depth.points().isEmpty())
        .map(
            depth ->
                Plot.of(
                        id(pair, x, y, depth.depth()),
                        title(pair, depth.depth()),
                        Axis.of(name(x)).between(acrossLimits[0], acrossLimits[1]),
                        Axis.of(name(y)).between(upLimits[0], upLimits[1]),
                        arrows(depth, x, y))
                    .label(
                        "Questions before and after in the plane of %s and %s"
                            .formatted(name(x), name(y))))
        .toArray(Plot[]::new);
  }

  private List<Line> arrows(Depth depth, ScatterPoint.Axis x, ScatterPoint.Axis y) {
    List<Line> lines = new ArrayList<>();
    for (int a = 0; a < attributes.size(); a++) {
      List<Point> ends = new ArrayList<>();
      for (ScatterPoint point : depth.points()) {
        if (point.attribute().equals(attributes.get(a))) {
          ends.add(end(point.before(), x, y));
          ends.add(end(point.after(), x, y));
        }
      }
      lines.add(Line.unnamed(attributes().get(a), a, Style.ARROWS, ends));
    }
    return lines;
  }

  private static Point end(List<Double> coordinates, ScatterPoint.Axis x, ScatterPoint.Axis y) {
    return Point.of(
        shortened(coordinates.get(x.ordinal())), shortened(coordinates.get(y.ordinal())));
  }

  /** No screen shows more digits. */
  private static double shortened(double coordinate) {
    return Math.round(coordinate * 1e4) / 1e4;
  }

  private static double[] limits(List<Depth> depths, ScatterPoint.Axis axis) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Depth depth : depths) {
      for (ScatterPoint point : depth.points()) {
        for (List<Double> end : List.of(point.before(), point.after())) {
          low = Math.min(low, end.get(axis.ordinal()));
          high = Math.max(high, end.get(axis.ordinal()));
        }
      }
    }
    double room = 0.05 * (high - low);
    return new double[] {low - room, high + room};
  }

  private static String id(ShiftPair pair, ScatterPoint.Axis x, ScatterPoint.Axis y, int depth) {
    return "shift-%s-%s-%s-%d".formatted(pair, x, y, depth).toLowerCase(Locale.ROOT);
  }

  private String title(ShiftPair pair, int depth) {
    int last = findings.cancellation().size() - 1;
    String where =
        depth == 0 ? "embedding" : depth == last ? "after the last norm" : "depth " + depth;
    return pair == lost() ? where : shortName(pair) + ", " + where;
  }

  private static String name(ScatterPoint.Axis axis) {
    return switch (axis) {
      case BEFORE_PC1 -> "PC 1 before";
      case BEFORE_PC2 -> "PC 2 before";
      case AFTER_PC1 -> "PC 1 after";
      case AFTER_PC2 -> "PC 2 after";
      case SHIFT_FROM_BEFORE, SHIFT_FROM_AFTER -> "mean shift";
    };
  }

  /** In two or three words. */
  static String shortName(ShiftPair pair) {
    return switch (pair) {
      case LEARN_TASK0 -> "learn task 0";
      case FORGET_TASK0 -> "lose task 0";
      case LATER_TASK0 -> "later, task 0";
      case LEARN_TASK1 -> "later, task 1";
      case TOTAL_TASK0 -> "whole, task 0";
      case TOTAL_TASK1 -> "whole, task 1";
    };
  }
}
