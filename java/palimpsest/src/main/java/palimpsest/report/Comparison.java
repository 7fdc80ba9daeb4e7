package palimpsest.report;

import static palimpsest.report.Numbers.NONE;
import static palimpsest.report.Numbers.hundredfold;
import static palimpsest.report.Numbers.percent;
import static palimpsest.report.Numbers.points;
import static palimpsest.report.Numbers.probability;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import palimpsest.base.TextTable;
import palimpsest.io.AtomicFiles;
import palimpsest.report.Results.Statistic;

/** Runs and their methods side by side: {@code palimpsest compare}. */
public final class Comparison {
  private static final List<String> CSV_HEADER =
      List.of(
          "run",
          "preset",
          "method",
          "quantity",
          "n",
          "mean",
          "ci95",
          "pairs",
          "difference_to_seq",
          "difference_ci95",
          "p",
          "p_holm",
          "p_sign_flip");

  private final Map<String, Overview> runs;

  private Comparison(Map<String, Overview> runs) {
    this.runs = runs;
  }

  /** Reads run folders; a {@code UserException} says which is none. */
  public static Comparison of(List<Path> folders) {
    var runs = new LinkedHashMap<String, Overview>();
    for (Path folder : folders) {
      String name = RunFolder.name(folder);
      Results results = RunFolder.results(folder);
      runs.put(
          runs.containsKey(name) ? folder.toString() : name,
          Misfit.in(folder.resolve(Results.FILE), () -> new Overview(results)));
    }
    return new Comparison(runs);
  }

  /** One aligned table over runs and methods. */
  public String text() {
    var table =
        new TextTable(
            2,
            "run",
            "method",
            "seeds",
            "before",
            "lowest ≤ %d steps".formatted(Measured.EARLY_STEPS),
            "at new task ≥ 99 %",
            "trained people",
            "gain on " + Results.REFERENCE,
            "p Holm",
            "steps",
            "lost",
            "access",
            "knowledge",
            "interference",
            "early",
            "end",
            "control",
            "seconds");
    runs.forEach(
        (run, overview) -> {
          for (String method : overview.methods()) {
            table.row(row(run, overview, method));
          }
        });
    return plainSpaces(
        """
        Task 0, held-out people, exact match: mean ± 95 % interval over seeds. Lost by the end, \
        in points: access (comes back faster than the control), knowledge (does not come back), \
        interference (the rest). Early, end, control: after retraining from there.

        """
            + table.plain());
  }

  private static String[] row(String run, Overview overview, String method) {
    Statistic matched = overview.of(method, Quantity.MATCHED);
    boolean reference = method.equals(Results.REFERENCE);
    return new String[] {
      run,
      method,
      String.valueOf(overview.of(method, Quantity.BEFORE).n()),
      percent(overview.of(method, Quantity.BEFORE)),
      percent(overview.of(method, Quantity.MINIMUM)),
      overview.matched(method),
      percent(overview.mean(method, Quantity.TRAINED_MATCHED)),
      reference ? NONE : points(matched.differenceToSeq(), matched.differenceCi95()),
      reference ? NONE : probability(matched.pHolm()),
      overview.shown(method, Quantity.MATCHED_STEPS),
      hundredfold(overview.mean(method, Quantity.LOST)),
      hundredfold(overview.mean(method, Quantity.ACCESS_LOST)),
      hundredfold(overview.mean(method, Quantity.KNOWLEDGE_LOST)),
      hundredfold(overview.mean(method, Quantity.INTERFERENCE)),
      percent(overview.mean(method, Quantity.EARLY)),
      percent(overview.mean(method, Quantity.LAST)),
      percent(overview.mean(method, Quantity.CONTROL)),
      overview.shown(method, Quantity.SECONDS)
    };
  }

  /** A table a run in Markdown: a column a method while they are few, else a row. */
  public String markdown() {
    var text = new StringBuilder();
    runs.forEach(
        (run, overview) -> {
          text.append(text.isEmpty() ? "" : "\n");
          text.append(MarkdownComparison.of(overview));
        });
    return plainSpaces(text.toString());
  }

  /** Writes a tidy file: run, method and quantity to its statistics. */
  public void writeCsv(Path file) {
    AtomicFiles.write(file, csv());
  }

  /** The statistics as CSV; an empty field is a value that was not measured. */
  public String csv() {
    var csv = new Csv(CSV_HEADER);
    runs.forEach(
        (run, overview) -> {
          for (String method : overview.methods()) {
            overview
                .all(method)
                .forEach((key, statistic) -> row(csv, run, overview, method, key, statistic));
          }
        });
    return csv.text();
  }

  private static void row(
      Csv csv, String run, Overview overview, String method, String key, Statistic statistic) {
    csv.row(
        run,
        overview.results().preset(),
        method,
        key,
        statistic.n(),
        statistic.mean(),
        statistic.ci95(),
        statistic.pairs(),
        statistic.differenceToSeq(),
        statistic.differenceCi95(),
        statistic.p(),
        statistic.pHolm(),
        statistic.pSignFlip());
  }

  /** The page's narrow spaces are not in every terminal's font. */
  private static String plainSpaces(String text) {
    return text.replace('\u202f', ' ');
  }
}
