package palimpsest.report;

import static palimpsest.report.Numbers.decimal;

import java.util.Arrays;
import palimpsest.analysis.Window;
import palimpsest.analysis.angles.AngleFindings;
import palimpsest.analysis.angles.UpdatePair;

/** The angles between weight updates, on the page. */
final class AnglesSection implements AnalysisSection<AngleFindings> {
  /** The pair that the paper shows. */
  private static final UpdatePair SHOWN = UpdatePair.FIRST_STEPS_LATER_STEPS;

  @Override
  public String name() {
    return "angles";
  }

  @Override
  public Class<AngleFindings> type() {
    return AngleFindings.class;
  }

  @Override
  public Section draw(AngleFindings findings, AnalysisFile.About about) {
    var plots = new AnglePlots(findings);
    var tables = new AngleTables(findings, about.window());
    Section section =
        new Section("Do updates avoid each other?", headline(findings, about.window()))
            .words(
                "Each point is a weight matrix. An update of effective rank r₁ covers the share"
                    + " r₁/d of a space of d dimensions, so that even an independent update meets"
                    + " it at about arccos √(r₁/d): on the diagonal two updates ignore each other,"
                    + " below it they share directions, above it they avoid each other.")
            .key(AnglePlots.kinds())
            .plots(plots.againstFloor(SHOWN), plots.heads(SHOWN), plots.againstFisher(SHOWN))
            .words(
                "The angles of the later update's directions, up to forty of them for a matrix (the"
                    + " embedding stands at 0, the output matrix at 1); the line is the mean of"
                    + " all, the dotted line what independent updates would have.")
            .plots(plots.distributions(SHOWN))
            .table(tables.paper(SHOWN))
            .words(
                "The paper's code takes q, k and v as three blocks of rows, one after the other."
                    + " GPT-NeoX lays them out head by head, so that each block holds q, k and v of"
                    + " a third of the heads; here they are gathered from the heads.")
            .table(tables.pairs())
            .table(tables.correlations())
            .table(tables.formulas())
            .folded("The numbers of every matrix", inside -> inside.table(tables.matrices(SHOWN)));
    return section.folded(
        "The other pairs of updates",
        inside -> {
          inside.key(AnglePlots.kinds());
          inside.plots(
              Arrays.stream(UpdatePair.values())
                  .filter(pair -> pair != SHOWN)
                  .map(plots::againstFloor)
                  .toArray(Plot[]::new));
        });
  }

  private static String headline(AngleFindings findings, Window window) {
    AngleSummary summary = AngleSummary.of(findings, SHOWN);
    if (summary.matrices() == 0) {
      return "No weight matrix was changed both between step %d and step %d and after it."
          .formatted(window.a(), window.b());
    }
    return ("The first steps (%d to %d) and the later steps of task 1 change the weight matrices at"
            + " a mean angle of %s°, where independent updates of the same ranks would be at %s°:"
            + " of %d matrices %d share more directions than chance, %d fewer.")
        .formatted(
            window.a(),
            window.b(),
            decimal(summary.mean(), 1),
            decimal(summary.floor(), 1),
            summary.matrices(),
            summary.below(),
            summary.above());
  }
}
