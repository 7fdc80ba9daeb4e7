package palimpsest.report;

import static palimpsest.report.Numbers.NONE;
import static palimpsest.report.Numbers.NOT_REACHED;
import static palimpsest.report.Numbers.decimal;
import static palimpsest.report.Numbers.percent;
import static palimpsest.report.Numbers.points;
import static palimpsest.report.Numbers.probability;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import palimpsest.base.TextTable;
import palimpsest.report.Results.Statistic;

/** One run's methods side by side, in Markdown. */
final class MarkdownComparison {
  /** More methods than these have a row each, and fewer quantities. */
  private static final int MOST_COLUMNS = 5;

  private MarkdownComparison() {}

  /**
   * Means and intervals; of few methods also every seed's range, and the control beside recovery.
   */
  static String of(Overview overview) {
    return overview.methods().size() > MOST_COLUMNS ? byMethod(overview) : byQuantity(overview);
  }

  private static String title(Overview overview) {
    return "`%s`, %d %s: task 0, held-out people, exact match"
        .formatted(
            overview.results().preset(),
            overview.seeds(),
            overview.seeds() == 1 ? "seed" : "seeds");
  }

  private static String byMethod(Overview overview) {
    var table =
        new TextTable(
            title(overview),
            "lowest ≤ %d steps (dev)".formatted(Measured.EARLY_STEPS),
            "where %s reaches 99 %%".formatted(overview.lastTask()),
            "gain on `seq` there, points",
            "p, Holm",
            "trained people there",
            "steps",
            "recovered from early",
            "from the end",
            "seconds");
    for (String method : overview.methods()) {
      Statistic matched = overview.of(method, Quantity.MATCHED);
      boolean reference = method.equals(Results.REFERENCE);
      table.row(
          "`" + method + "`",
          percent(overview.of(method, Quantity.MINIMUM)),
          overview.matched(method),
          reference ? NONE : points(matched.differenceToSeq(), matched.differenceCi95()),
          reference ? NONE : probability(matched.pHolm()),
          percent(overview.mean(method, Quantity.TRAINED_MATCHED)),
          overview.shown(method, Quantity.MATCHED_STEPS),
          percent(overview.mean(method, Quantity.EARLY)),
          percent(overview.mean(method, Quantity.LAST)),
          overview.shown(method, Quantity.SECONDS));
    }
    return table.markdown();
  }

  private static String byQuantity(Overview overview) {
    var header = new ArrayList<String>();
    header.add(title(overview));
    overview.methods().forEach(method -> header.add("`" + method + "`"));
    var table = new TextTable(header.toArray(String[]::new));
    row(table, overview, "Before task 1", method -> range(overview, method, Quantity.BEFORE));
    row(
        table,
        overview,
        "Lowest within the first %d steps (dev)".formatted(Measured.EARLY_STEPS),
        method -> range(overview, method, Quantity.MINIMUM));
    row(
        table,
        overview,
        "Task 1 at that point",
        method -> range(overview, method, Quantity.NEW_TASK_AT_MINIMUM));
    row(
        table,
        overview,
        "Where %s first reaches 99\u202f%%".formatted(overview.lastTask()),
        method -> range(overview, method, Quantity.MATCHED));
    row(table, overview, "Gain on `seq` there, points", method -> gain(overview, method));
    row(
        table,
        overview,
        "Steps to get there",
        method -> overview.shown(method, Quantity.MATCHED_STEPS));
    recoveredRows(
        table,
        overview,
        "the early checkpoint",
        Quantity.EARLY,
        Quantity.EARLY_SHARE,
        Quantity.EARLY_SAVINGS);
    recoveredRows(
        table, overview, "the end", Quantity.LAST, Quantity.LAST_SHARE, Quantity.LAST_SAVINGS);
    return table.markdown();
  }

  private static void recoveredRows(
      TextTable table,
      Overview overview,
      String start,
      Quantity recovered,
      Quantity share,
      Quantity savings) {
    row(
        table,
        overview,
        "Recovered from " + start + " / control",
        method -> {
          Statistic statistic = overview.of(method, recovered);
          return statistic.mean() == null
              ? NONE
              : range(overview, method, recovered)
                  + " / "
                  + percent(overview.of(method, Quantity.CONTROL));
        });
    row(
        table,
        overview,
        "Share of before, from " + start + " / control",
        method ->
            overview.mean(method, share) == null
                ? NONE
                : range(overview, method, share)
                    + " / "
                    + percent(overview.of(method, Quantity.CONTROL_SHARE)));
    row(
        table,
        overview,
        "Savings over the control, from " + start,
        method -> range(overview, method, savings));
  }

  private interface CellOf {
    String method(String name);
  }

  private static void row(TextTable table, Overview overview, String label, CellOf cell) {
    var cells = new ArrayList<String>();
    cells.add(label);
    overview.methods().forEach(method -> cells.add(cell.method(method)));
    table.row(cells.toArray(String[]::new));
  }

  private static String gain(Overview overview, String method) {
    Statistic matched = overview.of(method, Quantity.MATCHED);
    if (method.equals(Results.REFERENCE) || matched.differenceToSeq() == null) {
      return NONE;
    }
    List<Double> reference = overview.of(Results.REFERENCE, Quantity.MATCHED).values();
    var differences = new ArrayList<Double>();
    for (int seed = 0; seed < reference.size(); seed++) {
      Double own = matched.values().get(seed);
      if (own != null && reference.get(seed) != null) {
        differences.add(own - reference.get(seed));
      }
    }
    Collections.sort(differences);
    String mean = points(matched.differenceToSeq(), matched.differenceCi95());
    return differences.size() < 2
        ? mean
        : "%s (%s to %s; p %s)"
            .formatted(
                mean,
                points(differences.getFirst(), null),
                points(differences.getLast(), null),
                equated(matched.p()));
  }

  private static String equated(Double p) {
    String shown = probability(p);
    return shown.startsWith("<") ? shown : "= " + shown;
  }

  /** Mean and interval, and the lowest and highest seed. */
  private static String range(Overview overview, String method, Quantity quantity) {
    Statistic statistic = overview.of(method, quantity);
    List<Double> present = statistic.values().stream().filter(Objects::nonNull).sorted().toList();
    if (present.isEmpty()) {
      return quantity == Quantity.MATCHED ? NOT_REACHED : NONE;
    }
    String seeds =
        present.size() < overview.seeds()
            ? ", %d of %d seeds".formatted(present.size(), overview.seeds())
            : "";
    return present.size() == 1
        ? percent(statistic) + seeds
        : "%s (%s to %s%s)"
            .formatted(
                percent(statistic),
                decimal(100 * present.getFirst(), 1),
                decimal(100 * present.getLast(), 1),
                seeds);
  }
}
