package palimpsest.report;

import static palimpsest.report.Numbers.NONE;
import static palimpsest.report.Numbers.decimal;
import static palimpsest.report.Numbers.percent;

import java.util.List;
import palimpsest.analysis.theory.DepthShift;
import palimpsest.analysis.theory.LinearToy;
import palimpsest.analysis.theory.TheoryFindings;
import palimpsest.analysis.theory.TheoryFindings.Assumption;
import palimpsest.analysis.theory.TheoryFindings.Bound;
import palimpsest.analysis.theory.TheoryFindings.Growth;
import palimpsest.analysis.theory.TheoryFindings.Swap;
import palimpsest.report.HtmlTable.Cell;

/** The tables of the theory. */
final class TheoryTables {
  /** Spectral norms of the shift that another program found in the toy, at the same depths. */
  private static final double[] OTHER_INDEPENDENT = {2.54, 3.39, 3.44, 5.20, 5.73, 8.42};

  /** Its {@code ε ‖X⁰‖}: the bound for one layer. */
  private static final double OTHER_UNIT = 11.6;

  private static final double[] OTHER_COHERENT = {0.010, 0.020, 0.040, 0.080, 0.120, 0.244};
  private static final double[] OTHER_FREEZING = {6.18, 5.63, 5.06, 4.54, 3.81, 2.58, 0};

  private final TheoryFindings findings;

  TheoryTables(TheoryFindings findings) {
    this.findings = findings;
  }

  HtmlTable paper() {
    Growth first = findings.growth().getFirst();
    Bound bound = findings.bound();
    return new Published()
        .row(
            "size of W in X + W X",
            "δ ≪ 1",
            "δ up to " + decimal(bound.delta(), 1),
            "assumed, not measured: the first layer writes into a small embedding")
        .row(
            "update against the old weights",
            "near-orthogonal",
            "%s times chance".formatted(decimal(overlapRatio(), 2)),
            "chance is 1/√C = %s at this width; no number is given there"
                .formatted(decimal(findings.chance(), 3)))
        .row(
            "growth of the shift with depth",
            "in proportion: slope 1",
            first.shift().slope() == null ? NONE : decimal(first.shift().slope(), 2),
            first.shift().slope() == null
                ? "a slope needs %d layers (preset deep); this model has %d"
                    .formatted(DepthShift.FEWEST_LAYERS, findings.layers())
                : "a bound is attained only by updates of one direction; independent ones come to"
                    + " 0.5")
        .row(
            "measured shift over its bound",
            "at most 1",
            overBound(bound),
            "a Transformer's layers are no matrices: what they make of a moved input is not"
                + " bounded by what they add to a still one")
        .table();
  }

  /** Of the last hidden state that is bounded. */
  private static String overBound(Bound bound) {
    List<Double> measured = bound.constants().measured();
    return measured.isEmpty() ? NONE : decimal(measured.getLast() / bound.own().getLast(), 2);
  }

  /** Mean over matrices, first update. */
  double overlapRatio() {
    return findings.assumptions().stream()
        .filter(one -> one.update().equals(findings.growth().getFirst().update()))
        .filter(one -> one.overlap().overlap() != null)
        .mapToDouble(one -> one.overlap().overlap() / findings.chance())
        .average()
        .orElse(0);
  }

  HtmlTable formulas() {
    return new HtmlTable("What is measured", List.of(Cell.words("Quantity"), Cell.words("Meaning")))
        .row(
            Cell.formula("Swapped layers", "θ_i before for i ≤ n, after for i > n"),
            List.of(
                Cell.words(
                    "and the reverse: what freezing the bottom would have kept, without training")))
        .row(
            Cell.formula("Overlap", "‖WᵀΔW‖ / (‖W‖ ‖ΔW‖)"),
            List.of(
                Cell.words(
                    "0 if the update is in the left null space of the weights; 1/√C for an update"
                        + " of the same singular values in random directions; Frobenius norms, here and"
                        + " below")))
        .row(
            Cell.formula("Shift", "‖X̃_{ℓ} − X_{ℓ}‖ / ‖X_{ℓ}‖"),
            List.of(
                Cell.words(
                    "hidden states at the prompts' ends; ℓ = 0 is the embedding, ℓ = L comes after"
                        + " the last norm and is left out of the slope")))
        .row(
            Cell.formula("δ of a layer", "‖X_{ℓ} − X_{ℓ−1}‖ / ‖X_{ℓ−1}‖"),
            List.of(Cell.words("what it adds, in place of ‖W‖")))
        .row(
            Cell.formula("ε of a layer", "‖X_{ℓ} with its update alone − X_{ℓ}‖ / ‖X_{ℓ−1}‖"),
            List.of(Cell.words("in place of ‖ΔW‖")))
        .row(
            Cell.formula("Own bounds", "(1 + η) Π_{k}(1 + δ_k + ε_k) − Π_{k}(1 + δ_k)"),
            List.of(Cell.words("η: the relative shift of the embedding's output")))
        .row(
            Cell.formula("One bound", "the same with the largest δ and ε for all layers"),
            List.of(
                Cell.words(
                    "with n layers frozen and η = 0 it comes to about (L − n) ε where L δ ≪ 1")));
  }

  HtmlTable swaps() {
    var table =
        new HtmlTable(
            "Models of two halves",
            List.of(
                Cell.words("Up to"),
                Cell.of("From step"),
                Cell.of("The rest", "from step"),
                Cell.of("Task 0", "exact match"),
                Cell.of("Task 0", "loss"),
                Cell.of("Task 1", "exact match"),
                Cell.of("Shift", "last state")));
    for (Swap swap : findings.swaps()) {
      int from = swap.update().from();
      int to = swap.update().to();
      table.row(
          Cell.words(swap.below()),
          List.of(
              Cell.of(String.valueOf(swap.kept() ? from : to)),
              Cell.of(String.valueOf(swap.kept() ? to : from)),
              Cell.of(percent(swap.task0().exactMatch())),
              Cell.of(decimal(swap.task0().loss(), 2)),
              Cell.of(percent(swap.task1().exactMatch())),
              Cell.of(decimal(swap.shift(), 2))));
    }
    return table;
  }

  HtmlTable depths() {
    var table =
        new HtmlTable(
            "Shift against depth",
            List.of(Cell.words("Update"), Cell.of("Shift of each hidden state"), Cell.of("Slope")));
    for (Growth growth : findings.growth()) {
      var shifts = new StringBuilder();
      for (double shift : growth.shift().relative()) {
        shifts.append(shifts.isEmpty() ? "" : " · ").append(decimal(shift, 2));
      }
      Double slope = growth.shift().slope();
      table.row(
          Cell.words("steps " + growth.update().text()),
          List.of(
              Cell.of(shifts.toString()),
              slope == null ? Cell.missing("too few layers") : Cell.of(decimal(slope, 2))));
    }
    return table;
  }

  HtmlTable assumptions() {
    var table =
        new HtmlTable(
            "The assumptions, matrix by matrix",
            List.of(
                Cell.words("Matrix"),
                Cell.words("Steps"),
                Cell.of("‖W‖₂"),
                Cell.of("‖ΔW‖₂ / ‖W‖₂"),
                Cell.of("Overlap"),
                Cell.of("Random", "± standard deviation")));
    for (Assumption one : findings.assumptions()) {
      boolean moved = one.overlap().overlap() != null;
      table.row(
          Cell.words(one.matrix()),
          List.of(
              Cell.words(one.update().text()),
              Cell.of(decimal(one.overlap().weightNorm(), 2)),
              Cell.of(decimal(one.overlap().updateNorm() / one.overlap().weightNorm(), 3)),
              moved ? Cell.of(decimal(one.overlap().overlap(), 3)) : Cell.missing("did not move"),
              moved
                  ? Cell.of(
                      "%s ± %s"
                          .formatted(
                              decimal(one.overlap().control(), 3),
                              decimal(one.overlap().controlDeviation(), 3)))
                  : Cell.missing(NONE)));
    }
    return table;
  }

  /** Beside what another program, written for the specification, found with its own draws. */
  HtmlTable toy() {
    var table =
        new HtmlTable(
            "Linear layers that keep every assumption",
            List.of(
                Cell.words("Updates"),
                Cell.of("Layers", "frozen"),
                Cell.of("Shift", "‖ΔX‖₂ / ‖X⁰‖₂"),
                Cell.of("The same", "another program"),
                Cell.of("Bound"),
                Cell.of("|cos| with PC₁")));
    List<LinearToy.Depth> independent = findings.toy().independent();
    for (int i = 0; i < independent.size(); i++) {
      // Theirs is an absolute norm: over ‖X⁰‖ = 11.6 / ε.
      double other = OTHER_INDEPENDENT[i] * findings.toy().spec().epsilon() / OTHER_UNIT;
      row(table, "independent", independent.get(i), decimal(other, 4));
    }
    List<LinearToy.Depth> coherent = findings.toy().coherent();
    for (int i = 0; i < coherent.size(); i++) {
      row(table, "one direction", coherent.get(i), decimal(OTHER_COHERENT[i], 3));
    }
    List<LinearToy.Depth> freezing = findings.toy().freezing();
    for (int i = 0; i < freezing.size(); i++) {
      double other = OTHER_FREEZING[i] * findings.toy().spec().epsilon() / OTHER_UNIT;
      row(table, "independent", freezing.get(i), decimal(other, 4));
    }
    return table;
  }

  private static void row(HtmlTable table, String updates, LinearToy.Depth depth, String other) {
    String deviation =
        depth.deviation() == null || depth.deviation() < 1e-9
            ? null
            : "± " + decimal(depth.deviation(), 4);
    table.row(
        Cell.words(updates),
        List.of(
            Cell.of(depth.layers() + (depth.frozen() == 0 ? "" : ", " + depth.frozen())),
            Cell.of(decimal(depth.shift(), 4), deviation),
            Cell.of(other),
            Cell.of(decimal(depth.bound(), 3)),
            Cell.of(depth.shift() > 0 ? decimal(depth.cosine(), 3) : NONE)));
  }
}
