package palimpsest.report;

import static palimpsest.report.Numbers.decimal;
import static palimpsest.report.Numbers.percent;

import java.util.List;
import palimpsest.analysis.theory.LinearToy;
import palimpsest.analysis.theory.TheoryFindings;
import palimpsest.analysis.theory.TheoryFindings.Swap;
import palimpsest.analysis.theory.TheoryFindings.Update;

/** How the theory fares, on the page. */
final class TheorySection implements AnalysisSection<TheoryFindings> {
  /** Cut of {@code LayerSwap}: the embedding alone, and with the lowest layer. */
  private static final int EMBEDDING = 1;

  private static final int LOWEST_LAYER = 2;

  @Override
  public String name() {
    return "theory";
  }

  @Override
  public Class<TheoryFindings> type() {
    return TheoryFindings.class;
  }

  @Override
  public Section draw(TheoryFindings findings, AnalysisFile.About about) {
    var plots = new TheoryPlots(findings);
    var tables = new TheoryTables(findings);
    return new Section("Does the theory hold?", headline(findings, tables))
        .words(
            "Two checkpoints make one model: everything up to a layer from the one, the rest from"
                + " the other. With the bottom from before task 1 it is what freezing would have"
                + " kept, without training again (the paper's corollary F.5).")
        .plots(plots.swaps())
        .words(
            "The theory looks at layers X + W X with small W, and at updates that are orthogonal to"
                + " the old weights. Each point is a weight matrix, turned so that both sides"
                + " compare in C dimensions; an update in random directions has an overlap of about"
                + " 1/√C and is as good as orthogonal.")
        .key(plots.updates())
        .plots(plots.overlap(), plots.size())
        .words(boundWords(findings))
        .plots(plots.depths())
        .table(tables.paper())
        .words(toyWords(findings))
        .plots(plots.toyDepth(), plots.toyFreezing())
        .table(tables.formulas())
        .folded("The numbers of the swapped models", inside -> inside.table(tables.swaps()))
        .folded("The numbers of the shifts", inside -> inside.table(tables.depths()))
        .folded("The numbers of every matrix", inside -> inside.table(tables.assumptions()))
        .folded("The numbers of the linear layers", inside -> inside.table(tables.toy()));
  }

  private static String headline(TheoryFindings findings, TheoryTables tables) {
    Update update = findings.swaps().getFirst().update();
    double collapsed = task0(findings, update, 0);
    String text =
        "At step %d task 0 is at %s; with the embedding taken back from before task 1 it is at %s, and with the lowest layer as well at %s, the rest left as it is."
            .formatted(
                update.to(),
                percent(collapsed),
                percent(task0(findings, update, EMBEDDING)),
                percent(task0(findings, update, LOWEST_LAYER)));
    return text
        + " The updates overlap with the old weights %s times as much as random directions would."
            .formatted(decimal(tables.overlapRatio(), 2));
  }

  private static double task0(TheoryFindings findings, Update update, int cut) {
    return findings.swaps().stream()
        .filter(swap -> swap.update().equals(update) && swap.kept() && swap.cut() == cut)
        .map(Swap::task0)
        .findFirst()
        .orElseThrow()
        .exactMatch();
  }

  private static String boundWords(TheoryFindings findings) {
    return ("How far the hidden states at the prompts' ends move, and what the theory allows. A"
            + " Transformer's layers are no matrices: what a layer adds to the stream stands for"
            + " W X, what its update alone changes for ΔW X. A layer adds up to %s times"
            + " the length of its input, so δ ≪ 1 fails, and the bound with one δ for all layers"
            + " says nothing.")
        .formatted(decimal(findings.bound().delta(), 1));
  }

  private static String toyWords(TheoryFindings findings) {
    LinearToy spec = findings.toy().spec();
    List<LinearToy.Depth> coherent = findings.toy().coherent();
    return ("The same theory where it must hold: %d dimensions, ‖W‖ = %s, ‖ΔW‖ = %s in the left"
            + " null space of W. Updates of one direction shift in proportion to depth (slope %s,"
            + " %s after %d layers); independent ones add up like a random walk (slope %s, and %s"
            + " in the Frobenius norm). In proportion to depth is the worst case, not the rule.")
        .formatted(
            spec.width(),
            decimal(spec.delta(), 2),
            decimal(spec.epsilon(), 2),
            decimal(findings.toy().coherentSlope(), 2),
            decimal(coherent.getLast().shift(), 3),
            coherent.getLast().layers(),
            decimal(findings.toy().independentSlope(), 2),
            decimal(findings.toy().independentSizeSlope(), 2));
  }
}
