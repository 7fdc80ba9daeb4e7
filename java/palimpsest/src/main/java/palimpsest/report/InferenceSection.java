package palimpsest.report;

import static palimpsest.report.Numbers.NONE;
import static palimpsest.report.Numbers.decimal;
import static palimpsest.report.Numbers.percent;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import palimpsest.analysis.inference.InferenceFindings;
import palimpsest.analysis.inference.InferenceFindings.Phase;
import palimpsest.analysis.inference.InferenceFindings.RoleLoss;
import palimpsest.analysis.inference.MembershipTest;
import palimpsest.report.HtmlTable.Cell;
import palimpsest.report.Plot.Axis;
import palimpsest.report.Plot.Line;
import palimpsest.report.Plot.Point;
import palimpsest.report.Plot.Style;

/** The membership test, on the page. */
final class InferenceSection implements AnalysisSection<InferenceFindings> {
  /** Below this a p-value is written as a limit, and drawn at it. */
  private static final double LEAST = 1e-300;

  private static final String VALUE = "value";

  /** Its place among the phases. */
  private static final int PRETRAINED = 1;

  @Override
  public String name() {
    return "inference";
  }

  @Override
  public Class<InferenceFindings> type() {
    return InferenceFindings.class;
  }

  @Override
  public Section draw(InferenceFindings findings, AnalysisFile.About about) {
    return new Section("Are the people still in the weights?", headline(findings))
        .words(
            ("%s pretrained people against as many whom no text ever told of, with names and values"
                    + " from the same pools. Of each the model reads a biography that is worded"
                    + " anew, and the same one with a stranger's facts, with a stranger's name, and"
                    + " with words left out; on one half of the people a linear layer learns to tell"
                    + " the two kinds apart by %d numbers, and a one-sided t-test asks whether it"
                    + " does on the other half.")
                .formatted(Numbers.count(findings.people()), findings.features().size()))
        .plots(losses(findings), apart(findings))
        .words(
            ("First, how few people the test needs; then the same test with strangers"
                    + " on both sides, parted %d ways: if it is honest, every p-value comes up"
                    + " alike often, and the dots follow the diagonal.")
                .formatted(findings.phases().getFirst().nothing().partings()))
        .plots(people(findings), nothing(findings))
        .table(phases(findings))
        .table(paper(findings))
        .table(formulas());
  }

  private static String headline(InferenceFindings findings) {
    Phase last = findings.phases().getLast();
    RoleLoss values = role(last, VALUE);
    MembershipTest.Outcome few = fewest(last);
    String found =
        few == null
            ? "After task 1, the pretrained people cannot be told from strangers (p %s)"
                .formatted(equal(p(last.outcome().p())))
            : "After task 1, %d people of each kind are enough to tell that the pretrained ones are still in the weights (p %s)"
                .formatted(few.people(), equal(p(few.p())));
    return found
        + ": a value of theirs costs %s nats a token, a stranger's %s. Strangers against strangers are found out in %s of splits at p < 0.1."
            .formatted(
                decimal(values.suspects(), 2),
                decimal(values.unseen(), 2),
                percent(last.nothing().rejected()));
  }

  /** The smallest test that finds members at one in a hundred. */
  private static MembershipTest.Outcome fewest(Phase phase) {
    return phase.byCount().stream().filter(outcome -> outcome.p() < 0.01).findFirst().orElse(null);
  }

  private static Plot losses(InferenceFindings findings) {
    List<Line> lines = new ArrayList<>();
    List<Phase> phases = findings.phases();
    List<RoleLoss> roles = phases.getFirst().roles();
    for (int r = 0; r < roles.size(); r++) {
      int index = r;
      String name = plural(roles.get(r).role());
      lines.add(
          Line.of(
              name,
              r,
              Style.LINE,
              IntStream.range(0, phases.size())
                  .mapToObj(i -> Point.of(i, phases.get(i).roles().get(index).suspects()))
                  .toList()));
      lines.add(
          Line.unnamed(
              name + ", strangers",
              r,
              Style.DOTTED,
              IntStream.range(0, phases.size())
                  .mapToObj(i -> Point.of(i, phases.get(i).roles().get(index).unseen()))
                  .toList()));
    }
    return Plot.of(
            "inference-losses",
            "What their biographies cost",
            Axis.named("", phases.stream().map(InferenceSection::shortName).toList()),
            Axis.of("nats a token").between(0.0, null),
            lines)
        .detail("dotted: strangers'")
        .label("Mean losses of names, values and templates of members and strangers")
        .tall();
  }

  private static Plot apart(InferenceFindings findings) {
    List<Line> lines = new ArrayList<>();
    List<Phase> phases = findings.phases();
    List<RoleLoss> roles = phases.getFirst().roles();
    for (int r = 0; r < roles.size(); r++) {
      List<Point> points = new ArrayList<>();
      for (int i = 0; i < phases.size(); i++) {
        Double effect = phases.get(i).roles().get(r).effect();
        if (effect != null) {
          points.add(Point.of(i, effect));
        }
      }
      lines.add(Line.of(plural(roles.get(r).role()), r, Style.LINE, points));
    }
    return Plot.of(
            "inference-apart",
            "How far apart one person's losses are",
            Axis.named("", phases.stream().map(InferenceSection::shortName).toList()),
            Axis.of("standard deviations").between(0.0, null),
            lines)
        .label("Effect size of membership on the losses of names, values and templates")
        .tall();
  }

  private static Plot people(InferenceFindings findings) {
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < findings.phases().size(); i++) {
      Phase phase = findings.phases().get(i);
      lines.add(
          Line.of(
              shortName(phase),
              i == 0 ? Line.CONTROL : i - 1,
              i == 0 ? Style.DOTTED : Style.LINE,
              phase.byCount().stream()
                  .map(
                      outcome ->
                          Point.of(outcome.people(), -Math.log10(Math.max(LEAST, outcome.p()))))
                  .toList()));
    }
    return Plot.of(
            "inference-people",
            "How many people it takes",
            Axis.logarithmic("people of each kind"),
            Axis.of("−log₁₀ p").between(0.0, null),
            lines)
        .label("The test's p-value against the number of people")
        .tall();
  }

  private static Plot nothing(InferenceFindings findings) {
    List<Line> lines = new ArrayList<>();
    lines.add(
        Line.unnamed("honest", Line.INK, Style.DOTTED, List.of(Point.of(0, 0), Point.of(1, 1))));
    for (Phase phase : List.of(findings.phases().get(PRETRAINED), findings.phases().getLast())) {
      List<Double> ps = phase.nothing().ps();
      List<Point> points = new ArrayList<>();
      for (int k = 0; k < ps.size(); k++) {
        points.add(Point.of(ps.get(k), (k + 1) / (double) ps.size()));
      }
      int colour = findings.phases().indexOf(phase) - 1;
      lines.add(Line.unnamed(shortName(phase), colour, Style.POINTS, points));
    }
    return Plot.of(
            "inference-null",
            "Strangers against strangers",
            Axis.of("p of a split").between(0.0, 1.0),
            Axis.share("splits with less"),
            lines)
        .detail("pretrained and task 1")
        .label("Share of splits of strangers against strangers with a p-value below each")
        .tall();
  }

  private static HtmlTable phases(InferenceFindings findings) {
    var table =
        new HtmlTable(
            "The test after each phase",
            List.of(
                Cell.words("When"),
                Cell.of("p", "twice the median"),
                Cell.of("AUC"),
                Cell.of("AUC", "mean loss alone"),
                Cell.of("Values", "nats, members / strangers"),
                Cell.of("Apart by", "standard deviations"),
                Cell.of("Strangers found out", "p < 0.1; honest: 10 %")));
    for (Phase phase : findings.phases()) {
      RoleLoss values = role(phase, VALUE);
      table.row(
          Cell.words(phase.phase()),
          List.of(
              Cell.of(p(phase.outcome().p())),
              Cell.of(decimal(phase.outcome().auc(), 3)),
              Cell.of(decimal(phase.lossAuc(), 3)),
              Cell.of(
                  "%s / %s".formatted(decimal(values.suspects(), 2), decimal(values.unseen(), 2))),
              values.effect() == null ? Cell.missing(NONE) : Cell.of(decimal(values.effect(), 1)),
              Cell.of(percent(phase.nothing().rejected(), phase.nothing().error()))));
    }
    InferenceFindings.Control control = findings.control();
    table.row(
        Cell.words("pretrained, templates told of strangers: must find nothing"),
        List.of(
            Cell.of(p(control.outcome().p())),
            Cell.of(decimal(control.outcome().auc(), 3)),
            Cell.of(decimal(control.lossAuc(), 3)),
            Cell.missing(NONE),
            Cell.missing(NONE),
            Cell.missing(NONE)));
    return table;
  }

  private static HtmlTable paper(InferenceFindings findings) {
    Phase pretrained = findings.phases().get(PRETRAINED);
    return new HtmlTable(
            "Beside published numbers",
            List.of(
                Cell.words("Quantity"),
                Cell.of("Published", "Maini et al. 2024"),
                Cell.of("Here", "after pretraining"),
                Cell.words("What makes them differ")))
        .row(
            Cell.words("p of trained data against unseen"),
            List.of(
                Cell.of("< 0.1", "Pile subsets, 1,000 texts"),
                Cell.of(p(pretrained.outcome().p())),
                Cell.words(
                    "there a text is read once, or a few times; here every person is told of in"
                        + " dozens of biographies")))
        .row(
            Cell.words("AUC of one text's likelihood"),
            List.of(
                Cell.of("about 0.5", "Min-K %, same distribution"),
                Cell.of(decimal(pretrained.lossAuc(), 3)),
                Cell.words("the same")))
        .row(
            Cell.words("unseen against unseen, p < 0.1"),
            List.of(
                Cell.of("none found"),
                Cell.of(percent(pretrained.nothing().doubled())),
                Cell.words(
                    "twice the median of %d splits; of single splits %s"
                        .formatted(
                            MembershipTest.SPLITS, percent(pretrained.nothing().rejected())))));
  }

  private static HtmlTable formulas() {
    return new HtmlTable("What is measured", List.of(Cell.words("Quantity"), Cell.words("Meaning")))
        .row(
            Cell.formula("p", "min(1, 2 · median over splits)"),
            List.of(
                Cell.words(
                    "%d random splits into halves; picking the best split would find members among"
                            .formatted(MembershipTest.SPLITS)
                        + " strangers in more than a third of cases")))
        .row(
            Cell.formula("t-test", "mean score of suspects < mean score of unseen"),
            List.of(Cell.words("Welch's, one-sided, on the half that was not learnt from")))
        .row(
            Cell.formula("AUC", "share of pairs with the suspect's score lower"),
            List.of(Cell.words("0.5 is chance; the median over splits")))
        .row(
            Cell.formula("Apart by", "(mean of strangers − mean of members) / s"),
            List.of(
                Cell.words(
                    "of a person's mean loss over the values; s is the standard deviation within"
                        + " each kind")));
  }

  private static RoleLoss role(Phase phase, String name) {
    return phase.roles().stream()
        .filter(role -> role.role().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String plural(String role) {
    return role + "s";
  }

  private static String equal(String p) {
    return p.startsWith("<") ? p : "= " + p;
  }

  /** {@code 0.03}, {@code 2·10⁻⁷}, {@code < 10⁻³⁰⁰}. */
  static String p(double p) {
    if (p < LEAST) {
      return "< 10" + superscript(Math.round(Math.log10(LEAST)));
    }
    if (p >= 1e-3) {
      return decimal(p, 3);
    }
    String[] parts = String.format(Locale.ROOT, "%.0e", p).split("e", 2);
    return parts[0] + "·10" + superscript(Long.parseLong(parts[1]));
  }

  private static String superscript(long number) {
    return Long.toString(number)
        .chars()
        .mapToObj(c -> c == '-' ? "⁻" : String.valueOf("⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(c - '0')))
        .reduce("", String::concat);
  }

  /** For an axis. */
  private static String shortName(Phase phase) {
    return phase.phase().replace("after ", "").replace(" weights", "");
  }
}
