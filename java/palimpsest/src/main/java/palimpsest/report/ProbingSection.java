package palimpsest.report;

import static palimpsest.report.Numbers.NONE;
import static palimpsest.report.Numbers.decimal;
import static palimpsest.report.Numbers.percent;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import palimpsest.analysis.probing.ProbedState;
import palimpsest.analysis.probing.ProbingFindings;
import palimpsest.analysis.probing.ProbingFindings.Phase;
import palimpsest.analysis.probing.ProbingFindings.Setting;
import palimpsest.report.HtmlTable.Cell;
import palimpsest.report.Plot.Axis;
import palimpsest.report.Plot.Line;
import palimpsest.report.Plot.Mark;
import palimpsest.report.Plot.Point;
import palimpsest.report.Plot.Style;

/** What probes read off the hidden states, on the page. */
final class ProbingSection implements AnalysisSection<ProbingFindings> {
  @Override
  public String name() {
    return "probing";
  }

  @Override
  public Class<ProbingFindings> type() {
    return ProbingFindings.class;
  }

  @Override
  public Section draw(ProbingFindings findings, AnalysisFile.About about) {
    return new Section("Can the answers still be read off?", headline(findings))
        .words(
            "Known people are asked questions, as in task 0, or begun a biography of, as in"
                + " pretraining; of new people nothing is known before task 1. Probes learn from"
                + " the hidden states of some people's prompts, at the last token, to"
                + " tell the answer's first token, and are judged by other people. They have no use"
                + " for the model's own output matrix: what they read is there, whether or not the"
                + " model says it. With so few people to learn from they read less than the model"
                + " itself does while it is aligned; what counts is how much of their reading"
                + " stays.")
        .plots(findings.settings().stream().map(ProbingSection::overLife).toArray(Plot[]::new))
        .words(
            "The same linear probe on every hidden state: 0 is the embedding of the prompt's last"
                + " token, the same for everybody, so nothing can be read off it.")
        .plots(findings.settings().stream().map(this::overDepth).toArray(Plot[]::new))
        .table(phases(findings))
        .table(paper(findings))
        .table(formulas())
        .folded("The numbers of every hidden state", inside -> inside.table(states(findings)));
  }

  private static String headline(ProbingFindings findings) {
    List<String> parts = new ArrayList<>();
    for (Setting setting : findings.settings()) {
      List<Phase> phases = setting.phases();
      if (!setting.name().equals("new_people") && phases.size() > 3) {
        double before = phases.get(2).last().linear();
        parts.add(
            "%s %s after task 0, %s at %s and %s after task 1"
                .formatted(
                    setting.name().equals("question")
                        ? "of the questions' answers a linear probe reads"
                        : "of the same values, where a biography has to name them,",
                    percent(before),
                    percent(phases.get(phases.size() - 2).last().linear()),
                    phases.get(phases.size() - 2).phase(),
                    percent(phases.getLast().last().linear())));
      }
    }
    String text = String.join("; ", parts) + ".";
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  private static Plot overLife(Setting setting) {
    List<String> names = setting.phases().stream().map(phase -> shortName(phase)).toList();
    return Plot.of(
            "probing-life-" + setting.name(),
            title(setting),
            Axis.named("", names),
            Axis.share("right first tokens"),
            List.of(
                line("the model", 2, Style.DASHED, setting, Phase::observed),
                line("linear", 0, Style.LINE, setting, phase -> phase.last().linear()),
                line("prototypes", 1, Style.LINE, setting, phase -> last(phase).prototype()),
                line(
                    "shuffled",
                    Line.CONTROL,
                    Style.DOTTED,
                    setting,
                    phase -> last(phase).linearShuffled())))
        .detail("last hidden state")
        .label("Accuracy of probes on the last hidden state over the model's life")
        .tall();
  }

  private static Line line(
      String name, int colour, Style style, Setting setting, ToDoubleFunction<Phase> quantity) {
    List<Phase> phases = setting.phases();
    return Line.of(
        name,
        colour,
        style,
        IntStream.range(0, phases.size())
            .mapToObj(i -> Point.of(i, quantity.applyAsDouble(phases.get(i))))
            .toList());
  }

  private Plot overDepth(Setting setting) {
    List<Line> lines = new ArrayList<>();
    for (int i = 1; i < setting.phases().size(); i++) {
      Phase phase = setting.phases().get(i);
      lines.add(
          Line.of(
              shortName(phase),
              i - 1,
              Style.LINE,
              phase.states().stream()
                  .map(state -> Point.of(state.hiddenState(), state.linear()))
                  .toList()));
    }
    return Plot.of(
            "probing-depth-" + setting.name(),
            title(setting),
            Axis.of("hidden state"),
            Axis.share("linear probe"),
            lines)
        .detail("by depth")
        .label("Accuracy of the linear probe on each hidden state")
        .marks(List.of(new Mark("y", setting.floor(), "most frequent answer")))
        .tall();
  }

  private static HtmlTable phases(ProbingFindings findings) {
    var table =
        new HtmlTable(
            "What is readable, and what is said",
            List.of(
                Cell.words("Asked"),
                Cell.words("When"),
                Cell.of("Linear probe"),
                Cell.of("Selectivity", "less shuffled labels"),
                Cell.of("Above random weights"),
                Cell.of("The model itself"),
                Cell.of("Forgotten", "of what was readable")));
    for (Setting setting : findings.settings()) {
      for (Phase phase : setting.phases()) {
        table.row(
            Cell.words(title(setting)),
            List.of(
                Cell.words(phase.phase()),
                Cell.of(percent(phase.last().linear())),
                Cell.of(Numbers.points(phase.last().selectivity(), null)),
                Cell.of(Numbers.points(phase.last().aboveRandom(), null)),
                Cell.of(percent(phase.observed())),
                phase.relativeForgetting() == null
                    ? Cell.missing(NONE)
                    : Cell.of(percent(phase.relativeForgetting()))));
      }
    }
    return table;
  }

  private static HtmlTable paper(ProbingFindings findings) {
    var table =
        new HtmlTable(
            "Beside published numbers",
            List.of(
                Cell.words("Quantity"),
                Cell.of("Published"),
                Cell.of("Here"),
                Cell.words("What makes them differ")));
    for (Setting setting : findings.settings()) {
      Phase last = setting.phases().getLast();
      if (!setting.name().equals("new_people") && last.relativeForgetting() != null) {
        table.row(
            Cell.words("still readable after the last task: " + inWords(setting)),
            List.of(
                Cell.of("95–97 %", "Tao et al. 2023, of joint training"),
                Cell.of(percent(1 - last.relativeForgetting())),
                Cell.words(
                    "there a text shows its class; here the answer is not in the prompt and has to"
                        + " be fetched from the weights")));
        table.row(
            Cell.words("forgotten, of what the model itself said: " + inWords(setting)),
            List.of(
                Cell.of("as much as of its features", "Hess et al. 2023"),
                Cell.of(
                    "%s, of features %s"
                        .formatted(percent(unsaid(setting)), percent(last.relativeForgetting()))),
                Cell.words("both measured against what had been learnt")));
      }
    }
    return table;
  }

  private static HtmlTable formulas() {
    return new HtmlTable("What is measured", List.of(Cell.words("Quantity"), Cell.words("Meaning")))
        .row(
            Cell.formula("Linear probe", "softmax(W h + b)"),
            List.of(
                Cell.words(
                    "least cross-entropy plus 0.005 ‖W‖² over standardised states, a probe for each"
                        + " attribute")))
        .row(
            Cell.formula("Prototypes", "the nearest class mean"),
            List.of(Cell.words("Euclidean, over standardised states")))
        .row(
            Cell.formula("Selectivity", "P − P_{shuffled}"),
            List.of(Cell.words("less what the same probe gets with labels dealt out among people")))
        .row(
            Cell.formula("Above random weights", "P − P_{random}"),
            List.of(Cell.words("less what it reads off the model before any training")))
        .row(
            Cell.formula("Forgotten", "(P_0 − P) / (P_0 − P_{random})"),
            List.of(
                Cell.words(
                    "P₀ after task 0: the share that is gone of what had become readable; missing where"
                        + " little had")));
  }

  private static HtmlTable states(ProbingFindings findings) {
    var table =
        new HtmlTable(
            "Probes on every hidden state",
            List.of(
                Cell.words("Asked"),
                Cell.words("When"),
                Cell.of("State"),
                Cell.of("Linear"),
                Cell.of("Shuffled"),
                Cell.of("Prototypes"),
                Cell.of("Shuffled")));
    for (Setting setting : findings.settings()) {
      for (Phase phase : setting.phases()) {
        for (ProbedState state : phase.states()) {
          table.row(
              Cell.words(title(setting)),
              List.of(
                  Cell.words(phase.phase()),
                  Cell.of(decimal((double) state.hiddenState(), 0)),
                  Cell.of(percent(state.linear())),
                  Cell.of(percent(state.linearShuffled())),
                  Cell.of(percent(state.prototype())),
                  Cell.of(percent(state.prototypeShuffled()))));
        }
      }
    }
    return table;
  }

  /** The share of what the model answered after task 0, and not from the start, that is gone. */
  private static double unsaid(Setting setting) {
    double random = setting.phases().getFirst().observed();
    double learnt =
        setting.phases().stream()
            .filter(phase -> phase.relativeForgetting() != null)
            .findFirst()
            .orElseThrow()
            .observed();
    return (learnt - setting.phases().getLast().observed()) / (learnt - random);
  }

  private static ProbedState last(Phase phase) {
    return phase.states().getLast();
  }

  private static String title(Setting setting) {
    return switch (setting.name()) {
      case "question" -> "Questions";
      case "biography" -> "Biographies";
      default -> "New people's questions";
    };
  }

  private static String inWords(Setting setting) {
    return title(setting).toLowerCase(Locale.ROOT);
  }

  /** For an axis. */
  private static String shortName(Phase phase) {
    return phase.phase().replace("after ", "").replace(" weights", "");
  }
}
