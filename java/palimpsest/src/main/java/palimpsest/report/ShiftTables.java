package palimpsest.report;

import static palimpsest.report.Numbers.NONE;
import static palimpsest.report.Numbers.decimal;
import static palimpsest.report.Numbers.percent;

import java.util.ArrayList;
import java.util.List;
import palimpsest.analysis.Window;
import palimpsest.analysis.features.AttributeSlope;
import palimpsest.analysis.features.Cancellation;
import palimpsest.analysis.features.FeatureFindings;
import palimpsest.analysis.features.FeatureFindings.Depth;
import palimpsest.analysis.features.FeatureShift;
import palimpsest.analysis.features.ShiftPair;
import palimpsest.report.HtmlTable.Cell;

/** The tables of the shifts. */
final class ShiftTables {
  /** Width of the paper's model. */
  private static final int PUBLISHED_WIDTH = 768;

  private final FeatureFindings findings;
  private final Window window;

  ShiftTables(FeatureFindings findings, Window window) {
    this.findings = findings;
    this.window = window;
  }

  HtmlTable paper() {
    List<Depth> lost = findings.pair(ShiftPair.FORGET_TASK0).depths();
    FeatureShift top = lost.getLast().shift();
    Cancellation last = findings.cancellation().getLast();
    String cosines =
        top.cosine2() == null
            ? NONE
            : "%s, %s".formatted(decimal(top.cosine1(), 3), decimal(top.cosine2(), 3));
    return new Published()
        .row(
            "shift of the embedding while task 0 is lost",
            "there is one",
            percent(lost.getFirst().shift().size()),
            "the paper's steps 100 to 150, here %d to %d; it shows plots and gives no sizes"
                .formatted(window.a(), window.b()))
        .row(
            "mean |cos| of that shift with PC 1 and PC 2, at the end",
            "near-orthogonal",
            cosines,
            "the paper gives no number; chance is %s at its width of %d and %s here"
                .formatted(
                    decimal(FeatureShift.chance(PUBLISHED_WIDTH), 3),
                    PUBLISHED_WIDTH,
                    decimal(findings.chance(), 3)))
        .row(
            "cosine of the early and the later shift, at the end",
            "partly cancel",
            decimal(last.cosine(), 2),
            "the paper's later shift begins 50 steps after the early one ends, here at once")
        .table();
  }

  HtmlTable formulas() {
    return new HtmlTable("What is measured", List.of(Cell.words("Quantity"), Cell.words("Meaning")))
        .row(
            Cell.formula("How far", "s = mean ‖h′ − h‖ / mean ‖h‖"),
            List.of(Cell.words("h before, h′ after; over all questions")))
        .row(
            Cell.formula("One direction", "ρ = ‖mean(h′ − h)‖ / mean ‖h′ − h‖"),
            List.of(Cell.words("1 if every question is moved alike")))
        .row(
            Cell.formula("Against the features", "mean |cos(h′ − h, PCₖ)|"),
            List.of(
                Cell.words(
                    "PCₖ of h, centred; random shifts come to √(2 / (π C)) = %s"
                        .formatted(decimal(findings.chance(), 3)))))
        .row(
            Cell.formula("Inside the features", "Σ ‖projection of h′ − h‖² / Σ ‖h′ − h‖²"),
            List.of(
                Cell.words(
                    "on the %d leading components of h; random shifts come to %s"
                        .formatted(FeatureShift.COMPONENTS, percent(findings.componentChance())))))
        .row(
            Cell.formula("Turn of the features", "arccos |PC₁ · PC₁′|"),
            List.of(Cell.words("between the first components before and after")))
        .row(
            Cell.formula("Slope", "Δȳ / Δx̄"),
            List.of(
                Cell.words(
                    "of one attribute's mean shift, y along PC₁ and x along the mean shift of all;"
                        + " the sign of a component is arbitrary")));
  }

  HtmlTable shifts() {
    var table =
        new HtmlTable(
            "Shifts, by pair of models and depth",
            List.of(
                Cell.words("Pair"),
                Cell.of("Depth"),
                Cell.of("s"),
                Cell.of("ρ"),
                Cell.of("|cos| PC₁"),
                Cell.of("|cos| PC₂"),
                Cell.of("|cos| PC₁", "not centred"),
                Cell.of("In 6 components"),
                Cell.of("Variance", "PC₁ / PC₂"),
                Cell.of("Turn of PC₁")));
    for (ShiftPair pair : ShiftPair.values()) {
      for (Depth depth : findings.pair(pair).depths()) {
        FeatureShift shift = depth.shift();
        table.row(
            Cell.of(ShiftPlots.shortName(pair)),
            List.of(
                Cell.of(String.valueOf(depth.depth())),
                Cell.of(decimal(shift.size(), 3)),
                number(shift.oneDirection()),
                number(shift.cosine1()),
                number(shift.cosine2()),
                number(shift.uncentredCosine1()),
                number(shift.componentShare()),
                shift.variance2() == null
                    ? Cell.missing(NONE)
                    : Cell.of(
                        "%s / %s"
                            .formatted(
                                decimal(shift.variance1(), 2), decimal(shift.variance2(), 2))),
                shift.componentAngle() == null
                    ? Cell.missing(NONE)
                    : Cell.of(decimal(shift.componentAngle(), 1) + "°")));
      }
    }
    return table;
  }

  /** On the first component before, for the shift that loses task 0. */
  HtmlTable slopes() {
    List<Depth> depths = findings.pair(ShiftPair.FORGET_TASK0).depths();
    var columns = new ArrayList<Cell>();
    columns.add(Cell.words("Depth"));
    for (AttributeSlope slope : depths.getFirst().slopes()) {
      columns.add(Cell.of(slope.attribute().replace('_', ' ')));
    }
    var table = new HtmlTable("Slopes while task 0 is lost, on PC₁ before", columns);
    for (Depth depth : depths) {
      table.row(
          Cell.of(String.valueOf(depth.depth())),
          depth.slopes().stream().map(slope -> number(slope.onBefore())).toList());
    }
    return table;
  }

  private static Cell number(Double value) {
    return value == null ? Cell.missing(NONE) : Cell.of(decimal(value, 3));
  }
}
