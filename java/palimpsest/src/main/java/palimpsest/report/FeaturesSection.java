package palimpsest.report;

import static palimpsest.report.Numbers.decimal;
import static palimpsest.report.Numbers.percent;

import java.util.List;
import palimpsest.analysis.Window;
import palimpsest.analysis.features.Cancellation;
import palimpsest.analysis.features.FeatureFindings;
import palimpsest.analysis.features.FeatureShift;
import palimpsest.analysis.features.ScatterPoint.Axis;
import palimpsest.analysis.features.ShiftPair;

/** The shifts of hidden states, on the page. */
final class FeaturesSection implements AnalysisSection<FeatureFindings> {
  @Override
  public String name() {
    return "features";
  }

  @Override
  public Class<FeatureFindings> type() {
    return FeatureFindings.class;
  }

  @Override
  public Section draw(FeatureFindings findings, AnalysisFile.About about) {
    Window window = about.window();
    var plots = new ShiftPlots(findings);
    var tables = new ShiftTables(findings, window);
    return new Section("How the residual stream moves", headline(findings, window))
        .words(
            ("Hidden states at the last token of a prompt, the colon before the answer, of %s"
                    + " questions of task 0 and %s of task 1. Depth 0 is the embedding of that"
                    + " token, the same for all questions: it can move, but it has no principal"
                    + " components. The last depth is what all layers leave after the last norm.")
                .formatted(
                    Numbers.count(findings.questions().getFirst()),
                    Numbers.count(findings.questions().getLast())))
        .plots(plots.size(), plots.oneDirection())
        .plots(plots.cosines(), plots.cancellation())
        .words(
            ("Ten people's questions about each attribute while task 0 is lost, steps %d to %d:"
                    + " from where they were to where they went, along the mean shift and the first"
                    + " principal component. A shift that leaves the features alone is level.")
                .formatted(window.a(), window.b()))
        .key(plots.attributes())
        .plots(plots.scatter(ShiftPair.FORGET_TASK0, Axis.SHIFT_FROM_BEFORE, Axis.BEFORE_PC1))
        .folded(
            "The same shift in the other four planes",
            inside -> {
              inside.key(plots.attributes());
              ShiftPair shown = ShiftPair.FORGET_TASK0;
              inside.plots(plots.scatter(shown, Axis.BEFORE_PC2, Axis.BEFORE_PC1));
              inside.plots(plots.scatter(shown, Axis.AFTER_PC1, Axis.BEFORE_PC1));
              inside.plots(plots.scatter(shown, Axis.AFTER_PC2, Axis.AFTER_PC1));
              inside.plots(plots.scatter(shown, Axis.SHIFT_FROM_AFTER, Axis.AFTER_PC1));
            })
        .folded(
            "The other five pairs of models",
            inside -> {
              inside.key(plots.attributes());
              for (ShiftPair pair : ShiftPair.values()) {
                if (pair != ShiftPair.FORGET_TASK0) {
                  inside.plots(plots.scatter(pair, Axis.SHIFT_FROM_BEFORE, Axis.BEFORE_PC1));
                }
              }
            })
        .table(tables.paper())
        .table(tables.formulas())
        .folded("The numbers of every pair", inside -> inside.table(tables.shifts()))
        .folded("The slopes of each attribute", inside -> inside.table(tables.slopes()));
  }

  private static String headline(FeatureFindings findings, Window window) {
    List<FeatureFindings.Depth> depths = findings.pair(ShiftPair.FORGET_TASK0).depths();
    FeatureShift bottom = depths.getFirst().shift();
    FeatureShift top = depths.getLast().shift();
    String moved =
        "While task 0 is lost (steps %d to %d) hidden states move by %s of their length in the embedding and by %s after the last layer"
            .formatted(window.a(), window.b(), percent(bottom.size()), percent(top.size()));
    if (top.oneDirection() == null) {
      return moved + ".";
    }
    Cancellation last = findings.cancellation().getLast();
    String common =
        "; there %s of the shift is one direction that all questions have in common."
            .formatted(percent(top.oneDirection()));
    return moved
        + common
        + (last.cosine() == null
            ? ""
            : " What comes later %s it: the cosine of the two mean shifts is %s."
                .formatted(
                    last.cosine() < 0 ? "turns back against" : "goes on along",
                    decimal(last.cosine(), 2)));
  }
}
