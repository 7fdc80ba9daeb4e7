package palimpsest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import palimpsest.analysis.theory.DepthShift;
import palimpsest.analysis.theory.LinearToy;
import palimpsest.analysis.theory.TheoryFindings;
import palimpsest.analysis.theory.TheoryFindings.Assumption;
import palimpsest.analysis.theory.TheoryFindings.Growth;
import palimpsest.analysis.theory.TheoryFindings.Swap;
import palimpsest.analysis.theory.TheoryFindings.Update;
import palimpsest.report.Plot.Axis;
import palimpsest.report.Plot.Line;
import palimpsest.report.Plot.Mark;
import palimpsest.report.Plot.Point;
import palimpsest.report.Plot.Style;

/** The figures of the theory. */
final class TheoryPlots {
  private final TheoryFindings findings;
  private final List<Update> updates;

  TheoryPlots(TheoryFindings findings) {
    this.findings = findings;
    this.updates = findings.growth().stream().map(Growth::update).toList();
  }

  /** What the colours of the updates mean. */
  List<String> updates() {
    return updates.stream().map(update -> "steps " + update.text()).toList();
  }

  /** One for each update that layers were swapped of. */
  Plot[] swaps() {
    return findings.swaps().stream()
        .map(Swap::update)
        .distinct()
        .map(this::swap)
        .toArray(Plot[]::new);
  }

  private Plot swap(Update update) {
    List<Line> lines =
        List.of(
            Line.of("bottom before", 0, Style.LINE, task0(update, true)),
            Line.of("bottom after", 1, Style.LINE, task0(update, false)));
    return Plot.of(
            "theory-swap-" + update.to(),
            "Task 0 with the bottom and the top of two models",
            Axis.named("taken from the one: up to", cuts()),
            Axis.share("exact match"),
            lines)
        .detail("step %d and step %d of task 1".formatted(update.from(), update.to()))
        .label(
            "Exact match on task 0 of models put together from steps %d and %d"
                .formatted(update.from(), update.to()))
        .tall();
  }

  private List<Point> task0(Update update, boolean kept) {
    return findings.swaps().stream()
        .filter(swap -> swap.update().equals(update) && swap.kept() == kept)
        .map(swap -> Point.of(swap.cut(), swap.task0().exactMatch()))
        .toList();
  }

  private List<String> cuts() {
    List<String> names = new ArrayList<>(List.of("nothing", "embedding"));
    for (int layer = 0; layer < findings.layers(); layer++) {
      names.add((findings.layers() > 8 ? "" : "layer ") + layer);
    }
    names.add("all");
    return names;
  }

  /** The shift over the depth, and its bound if there is a layer that has one. */
  Plot[] depths() {
    return findings.bound().own().isEmpty()
        ? new Plot[] {growth()}
        : new Plot[] {growth(), bound()};
  }

  /** Straight where the shift is a power of the depth, if there are layers enough to tell. */
  private Plot growth() {
    boolean deep = findings.layers() >= DepthShift.FEWEST_LAYERS;
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < updates.size(); i++) {
      List<Point> points = new ArrayList<>();
      List<Double> relative = findings.growth().get(i).shift().relative();
      for (int depth = deep ? 1 : 0; depth < relative.size(); depth++) {
        if (relative.get(depth) > 0) {
          points.add(Point.of(depth, relative.get(depth)));
        }
      }
      lines.add(Line.of(updates.get(i).text(), i, Style.LINE, points));
    }
    String x = "hidden state ℓ";
    String y = "‖ΔX‖ / ‖X‖";
    return Plot.of(
            "theory-growth",
            "Shift against depth",
            deep ? Axis.logarithmic(x) : Axis.of(x).between(0.0, (double) findings.layers()),
            deep ? Axis.logarithmic(y) : Axis.of(y).between(0.0, null),
            lines)
        .label("Relative shift of each hidden state for three updates");
  }

  private Plot bound() {
    return Plot.of(
            "theory-bound",
            "The shift and its bound",
            Axis.of("hidden state ℓ").between(1.0, findings.layers() - 1.0),
            Axis.logarithmic("multiples of ‖X⁰‖"),
            List.of(
                Line.of(
                    "measured",
                    0,
                    Style.LINE,
                    overDepth(findings.bound().constants().measured()::get)),
                Line.of("own bounds", 1, Style.DASHED, overDepth(findings.bound().own()::get)),
                Line.of(
                    "one bound",
                    Line.CONTROL,
                    Style.DOTTED,
                    overDepth(findings.bound().uniform()::get))))
        .detail("steps " + findings.bound().update().text())
        .label("Measured shift of the residual stream and the bounds on it");
  }

  private List<Point> overDepth(Function<Integer, Double> quantity) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < findings.bound().own().size(); i++) {
      if (quantity.apply(i) > 0) {
        points.add(Point.of(i + 1, quantity.apply(i)));
      }
    }
    return points;
  }

  /** Each matrix against an update in random directions. */
  Plot overlap() {
    return byLayer(
            "theory-overlap",
            "Orthogonal to the old weights?",
            Axis.of("overlap ‖WᵀΔW‖ / ‖W‖‖ΔW‖").between(0.0, null),
            assumption -> assumption.overlap().overlap())
        .marks(List.of(new Mark("y", findings.chance(), "random directions")));
  }

  Plot size() {
    return byLayer(
        "theory-size",
        "How large an update is",
        Axis.of("‖ΔW‖ / ‖W‖, spectral norms").between(0.0, null),
        assumption -> assumption.overlap().updateNorm() / assumption.overlap().weightNorm());
  }

  private Plot byLayer(String id, String title, Axis y, Function<Assumption, Double> quantity) {
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < updates.size(); i++) {
      Update update = updates.get(i);
      List<Point> points = new ArrayList<>();
      for (Assumption one : findings.assumptions()) {
        if (one.update().equals(update) && quantity.apply(one) != null) {
          double value = quantity.apply(one);
          points.add(
              new Point(
                  place(one) + 0.18 * (i - 1),
                  value,
                  "%s, %s: %s".formatted(one.matrix(), update.text(), Numbers.decimal(value, 3)),
                  null));
        }
      }
      lines.add(Line.unnamed(update.text(), i, Style.POINTS, points));
    }
    return Plot.of(id, title, Axis.named("", places()), y, lines).label(title);
  }

  private int place(Assumption one) {
    if (one.layer() >= 0) {
      return one.layer() + 1;
    }
    return one.kind().endsWith("in") ? 0 : findings.layers() + 1;
  }

  private List<String> places() {
    List<String> names = new ArrayList<>(List.of("embed"));
    for (int layer = 0; layer < findings.layers(); layer++) {
      names.add((findings.layers() > 8 ? "" : "layer ") + layer);
    }
    names.add("head");
    return names;
  }

  Plot toyDepth() {
    List<LinearToy.Depth> independent = findings.toy().independent();
    return Plot.of(
            "theory-toy-depth",
            "Linear layers: shift against depth",
            Axis.logarithmic("layers L"),
            Axis.logarithmic("‖ΔX‖ / ‖X⁰‖"),
            List.of(
                toyLine("one direction", 0, findings.toy().coherent()),
                toyLine("independent", 1, independent),
                Line.of(
                    "bound",
                    Line.CONTROL,
                    Style.DOTTED,
                    independent.stream()
                        .map(depth -> Point.of(depth.layers(), depth.bound()))
                        .toList())))
        .label("Relative shift of linear layers against their number");
  }

  private static Line toyLine(String name, int colour, List<LinearToy.Depth> depths) {
    return Line.of(
        name,
        colour,
        Style.LINE,
        depths.stream().map(depth -> Point.of(depth.layers(), depth.shift())).toList());
  }

  Plot toyFreezing() {
    List<LinearToy.Depth> freezing = findings.toy().freezing();
    double whole = freezing.getFirst().shift();
    double layers = freezing.getFirst().layers();
    return Plot.of(
            "theory-toy-freezing",
            "Linear layers: freezing the bottom",
            Axis.of("frozen layers n of %.0f".formatted(layers)),
            Axis.share("share of the whole shift"),
            List.of(
                Line.of(
                    "independent",
                    1,
                    Style.LINE,
                    freezing.stream()
                        .map(depth -> Point.of(depth.frozen(), depth.shift() / whole))
                        .toList()),
                Line.of(
                    "(L − n) / L",
                    Line.CONTROL,
                    Style.DOTTED,
                    freezing.stream()
                        .map(depth -> Point.of(depth.frozen(), 1 - depth.frozen() / layers))
                        .toList())))
        .label("Shift of linear layers with more and more of the bottom frozen");
  }
}
