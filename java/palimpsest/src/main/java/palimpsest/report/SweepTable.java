package palimpsest.report;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import palimpsest.base.TextTable;
import palimpsest.io.AtomicFiles;
import palimpsest.report.Results.Statistic;

/** The trials of a sweep, and of each method the one chosen. */
public final class SweepTable {
  private static final List<String> CSV_HEADER =
      List.of(
          "trial",
          "family",
          "method",
          "learning_rate",
          "seeds",
          "reached",
          "task0_matched_dev",
          "task0_matched",
          "steps_matched",
          "last_task_final",
          "chosen");

  /**
   * One trial.
   *
   * @param family the method, whatever its strength
   * @param reached seeds on which the last task was learned to 99 %
   * @param dev task 0 there on held-out people of the dev split, mean over those seeds; what is
   *     chosen by
   * @param test the same on the test split, which nothing is chosen by
   * @param steps to get there
   * @param lastTask where it ended, of all seeds
   */
  public record Row(
      int trial,
      String family,
      String method,
      double rate,
      int seeds,
      int reached,
      Double dev,
      Double test,
      Double steps,
      Double lastTask) {}

  private final List<Row> rows;
  private final Map<String, Row> chosen = new LinkedHashMap<>();

  /** Chooses: more seeds that learn the last task come first, then more of task 0 on dev. */
  public SweepTable(List<Row> rows) {
    this.rows = List.copyOf(rows);
    Comparator<Row> better =
        Comparator.comparingInt(Row::reached)
            .thenComparingDouble(row -> row.dev() == null ? -1 : row.dev());
    for (Row row : rows) {
      if (row.reached() > 0) {
        chosen.merge(
            row.family(), row, (best, other) -> better.compare(other, best) > 0 ? other : best);
      }
    }
  }

  /** What a trial's run says. */
  public static Row row(int trial, String family, String method, double rate, Results results) {
    var overview = new Overview(results);
    String name = overview.told();
    Statistic dev = overview.of(name, Quantity.MATCHED_DEV);
    return new Row(
        trial,
        family,
        method,
        rate,
        overview.seeds(),
        dev.n(),
        dev.mean(),
        overview.mean(name, Quantity.MATCHED),
        overview.mean(name, Quantity.MATCHED_STEPS),
        overview.mean(name, Quantity.LAST_TASK_FINAL));
  }

  /** Family to its chosen trial; none where no trial learned the last task. */
  public Map<String, Row> chosen() {
    return Map.copyOf(chosen);
  }

  /** All trials, and the chosen ones with what they score on test. */
  public String text() {
    var all =
        new TextTable(3, "trial", "method", "chosen", "rate", "reached", "task 0 (dev)", "steps");
    for (Row row : rows) {
      all.row(
          String.valueOf(row.trial()),
          row.method(),
          isChosen(row) ? "yes" : "",
          String.valueOf(row.rate()),
          row.reached() + " of " + row.seeds(),
          row.dev() == null ? Numbers.NOT_REACHED : Numbers.percent(row.dev()),
          row.steps() == null ? Numbers.NONE : Numbers.count(row.steps()));
    }
    var best = new TextTable(2, "family", "chosen", "rate", "task 0 (dev)", "task 0 (test)");
    for (String family : families()) {
      Row row = chosen.get(family);
      best.row(
          family,
          row == null ? Numbers.NOT_REACHED : row.method(),
          row == null ? Numbers.NONE : String.valueOf(row.rate()),
          row == null ? Numbers.NONE : Numbers.percent(row.dev()),
          row == null ? Numbers.NONE : Numbers.percent(row.test()));
    }
    String text =
        "Task 0 where the last task first reaches 99 %, held-out people, exact match\n\n"
            + all.plain()
            + "\nChosen on dev, the most seeds that get there first\n\n"
            + best.plain();
    return text.replace('\u202f', ' ');
  }

  private List<String> families() {
    return rows.stream().map(Row::family).distinct().toList();
  }

  private boolean isChosen(Row row) {
    return row.equals(chosen.get(row.family()));
  }

  /** All trials, a line each. */
  public void writeCsv(Path file) {
    var csv = new Csv(CSV_HEADER);
    for (Row row : rows) {
      csv.row(
          row.trial(),
          row.family(),
          row.method(),
          row.rate(),
          row.seeds(),
          row.reached(),
          row.dev(),
          row.test(),
          row.steps(),
          row.lastTask(),
          isChosen(row));
    }
    AtomicFiles.write(file, csv.text());
  }
}
