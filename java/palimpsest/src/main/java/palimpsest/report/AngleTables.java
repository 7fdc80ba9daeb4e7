package palimpsest.report;

import static palimpsest.report.Numbers.NONE;
import static palimpsest.report.Numbers.decimal;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import palimpsest.analysis.Window;
import palimpsest.analysis.angles.AngleFindings;
import palimpsest.analysis.angles.AngleFindings.MatrixAngle;
import palimpsest.analysis.angles.AngleFindings.MatrixFisher;
import palimpsest.analysis.angles.Correlation;
import palimpsest.analysis.angles.UpdatePair;
import palimpsest.report.HtmlTable.Cell;

/** The tables of the angles. */
final class AngleTables {
  /** Mean angle of the paper's layer 0 {@code attention.dense}, first steps ↔ later steps. */
  private static final double PUBLISHED = 80.45;

  /** Width of the paper's model. */
  private static final int PUBLISHED_DIMENSIONS = 768;

  /** The rank that makes independent updates meet at {@link #PUBLISHED}: d cos². */
  private static final int PUBLISHED_RANK = 21;

  private final AngleFindings findings;
  private final Window window;

  AngleTables(AngleFindings findings, Window window) {
    this.findings = findings;
    this.window = window;
  }

  HtmlTable formulas() {
    return new HtmlTable("What is measured", List.of(Cell.words("Quantity"), Cell.words("Meaning")))
        .row(
            Cell.formula("Update", "A = (ΔW − mean ΔW) / std ΔW, with A = U S Vᵀ"),
            List.of(Cell.words("d × n, standardised over all entries; d = C for every matrix")))
        .row(
            Cell.formula("Effective rank r", "smallest r with Σ_{j≤r} σⱼ² ≥ 0.99 ‖A‖²"),
            List.of(Cell.words("r₁ of the former update, r₂ of the latter")))
        .row(
            Cell.formula("Angle θᵢ", "arccos ‖P uᵢ‖, P = U₁U₁ᵀ of the r₁ leading directions"),
            List.of(
                Cell.words(
                    "of each of the r₂ leading directions uᵢ of the latter update with the space"
                        + " of the former")))
        .row(
            Cell.formula("Floor", "arccos √(r₁/d)"),
            List.of(
                Cell.words(
                    "where independent updates are; their mean strays by √((d − r₂) / ((d − 1)"
                        + " r₂)) / √(2 (d + 2)) radians")))
        .row(
            Cell.formula("Mean Fisher information", "mean_j mean_q (∂ log p(answer_q) / ∂w_j)²"),
            List.of(
                Cell.words(
                    "over the weights j of a matrix and %s questions of task 0, each on its own,"
                            .formatted(Numbers.count(findings.questions()))
                        + " at the end of task 0")));
  }

  HtmlTable paper(UpdatePair pair) {
    MatrixAngle ours = ofLayer0(pair);
    String here = ours == null ? NONE : degrees(ours.mean());
    String floor = ours == null ? NONE : degrees(ours.floor());
    String rank =
        ours == null ? NONE : "%d of %d".formatted(ours.formerRank(), findings.dimensions());
    return new Published()
        .row(
            "attention.dense of layer 0, mean angle",
            decimal(PUBLISHED, 2) + "°",
            here,
            "the paper's steps 100 to 150 and 150 to 62,500, here %d to %d and %d to the end"
                .formatted(window.a(), window.b(), window.b()))
        .row(
            "its floor, arccos √(r₁/d)",
            "not given",
            floor,
            "an update of rank r₁ covers r₁/%d of the space here and r₁/%d there: equal ranks make"
                    .formatted(findings.dimensions(), PUBLISHED_DIMENSIONS)
                + " smaller angles here, and what compares is the distance to the floor")
        .row(
            "its effective rank r₁",
            "not given",
            rank,
            "the paper's angle is what independent updates make if r₁ is %d of %d"
                .formatted(PUBLISHED_RANK, PUBLISHED_DIMENSIONS))
        .table();
  }

  private MatrixAngle ofLayer0(UpdatePair pair) {
    return findings.pair(pair).matrices().stream()
        .filter(angle -> angle.matrix().equals("layers.0.attention.dense"))
        .filter(angle -> angle.mean() != null)
        .findFirst()
        .orElse(null);
  }

  HtmlTable pairs() {
    var table =
        new HtmlTable(
            "Every pair of updates, means over the weight matrices",
            List.of(
                Cell.words("Former ↔ latter"),
                Cell.of("Angle"),
                Cell.of("Floor"),
                Cell.of("r₁"),
                Cell.of("r₂"),
                Cell.of("Below the floor", "by two standard errors"),
                Cell.of("Above it", "likewise"),
                Cell.of("Matrices")));
    for (UpdatePair pair : UpdatePair.values()) {
      AngleSummary summary = AngleSummary.of(findings, pair);
      if (summary.matrices() == 0) {
        continue;
      }
      table.row(
          Cell.of(AnglePlots.name(pair)),
          List.of(
              Cell.of(degrees(summary.mean())),
              Cell.of(degrees(summary.floor())),
              Cell.of(decimal(summary.formerRank(), 0)),
              Cell.of(decimal(summary.latterRank(), 0)),
              Cell.of(String.valueOf(summary.below())),
              Cell.of(String.valueOf(summary.above())),
              Cell.of(String.valueOf(summary.matrices()))));
    }
    return table;
  }

  HtmlTable correlations() {
    String without = "without embeddings";
    var table =
        new HtmlTable(
            "Correlation with the mean Fisher information, of all matrices and without embeddings",
            List.of(
                Cell.words("Former ↔ latter"),
                Cell.of("Pearson", without),
                Cell.of("Pearson, log Fisher", without),
                Cell.of("Spearman", without),
                Cell.of("Spearman, angle − floor", without)));
    for (UpdatePair pair : UpdatePair.values()) {
      table.row(
          Cell.of(AnglePlots.name(pair)),
          List.of(
              both(pair, Correlation.ANGLE, Correlation::pearson),
              both(pair, Correlation.ANGLE, Correlation::pearsonOfLog),
              both(pair, Correlation.ANGLE, Correlation::spearman),
              both(pair, Correlation.EXCESS, Correlation::spearman)));
    }
    return table;
  }

  /** With the embeddings, and without them below. */
  private Cell both(UpdatePair pair, String of, Function<Correlation, Double> coefficient) {
    Double all = coefficient.apply(find(pair, of, true));
    Double without = coefficient.apply(find(pair, of, false));
    return all == null ? Cell.missing(NONE) : Cell.of(decimal(all, 2), decimal(without, 2));
  }

  private Correlation find(UpdatePair pair, String of, boolean embeddings) {
    return findings.pair(pair).correlations().stream()
        .filter(one -> one.of().equals(of) && one.embeddings() == embeddings)
        .findFirst()
        .orElseThrow();
  }

  HtmlTable matrices(UpdatePair pair) {
    var table =
        new HtmlTable(
            AnglePlots.name(pair) + ", matrix by matrix",
            List.of(
                Cell.words("Matrix"),
                Cell.of("d × n"),
                Cell.of("r₁"),
                Cell.of("r₂"),
                Cell.of("Mean angle"),
                Cell.of("Floor"),
                Cell.of("Mean Fisher")));
    for (int i = 0; i < findings.matrices().size(); i++) {
      MatrixFisher matrix = findings.matrices().get(i);
      MatrixAngle angle = findings.pair(pair).matrices().get(i);
      table.row(
          Cell.of(matrix.matrix()),
          List.of(
              Cell.of("%d × %d".formatted(findings.dimensions(), matrix.columns())),
              Cell.of(String.valueOf(angle.formerRank())),
              Cell.of(String.valueOf(angle.latterRank())),
              angle.mean() == null ? Cell.missing(NONE) : Cell.of(degrees(angle.mean())),
              angle.mean() == null
                  ? Cell.missing(NONE)
                  : Cell.of(
                      "%s ± %s°"
                          .formatted(decimal(angle.floor(), 1), decimal(angle.floorError(), 1))),
              Cell.of(String.format(Locale.ROOT, "%.2e", matrix.fisher()))));
    }
    return table;
  }

  private static String degrees(Double value) {
    return decimal(value, 1) + "°";
  }
}
