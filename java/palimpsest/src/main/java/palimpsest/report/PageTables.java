package palimpsest.report;

import static palimpsest.report.Numbers.NONE;
import static palimpsest.report.Numbers.NOT_REACHED;
import static palimpsest.report.Numbers.decimal;
import static palimpsest.report.Numbers.percent;
import static palimpsest.report.Numbers.points;
import static palimpsest.report.Numbers.probability;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import palimpsest.base.Statistics;
import palimpsest.continual.CurveMetrics;
import palimpsest.continual.Metric;
import palimpsest.continual.Metrics;
import palimpsest.report.HtmlTable.Cell;
import palimpsest.report.Results.Accuracy;
import palimpsest.report.Results.DetailedScore;
import palimpsest.report.Results.Method;
import palimpsest.report.Results.Pretrain;
import palimpsest.report.Results.Run;
import palimpsest.report.Results.Statistic;
import palimpsest.report.Results.Task;

/** The tables of the page. */
final class PageTables {
  private final Overview overview;

  PageTables(Overview overview) {
    this.overview = overview;
  }

  /** Method by method: what is kept, what that gains, and how many steps it took. */
  String gains() {
    var table =
        new HtmlTable(
            "Task 0 where %s first reaches 99\u202f%% exact match".formatted(overview.lastTask()),
            List.of(
                Cell.words("Method"),
                Cell.of("Task 0", "held-out people"),
                Cell.of("Task 0", "people trained on"),
                Cell.of("Gain on " + Results.REFERENCE, "points, paired by seed"),
                Cell.of("p", "paired t, Holm" + (flips() ? "; sign flips" : "")),
                Cell.of("Steps"),
                Cell.of("Seeds there")));
    for (String method : overview.methods()) {
      Statistic matched = overview.of(method, Quantity.MATCHED);
      boolean reference = method.equals(Results.REFERENCE);
      table.row(
          name(method),
          List.of(
              matched.mean() == null ? Cell.missing(NOT_REACHED) : Cell.of(percent(matched)),
              stat(method, Quantity.TRAINED_MATCHED),
              reference
                  ? Cell.missing("reference")
                  : number(points(matched.differenceToSeq(), matched.differenceCi95())),
              reference || matched.p() == null
                  ? Cell.missing(NONE)
                  : Cell.of(
                      probability(matched.p()),
                      probability(matched.pHolm())
                          + (flips() ? "; " + probability(matched.pSignFlip()) : "")),
              number(shown(overview.of(method, Quantity.MATCHED_STEPS), Quantity.MATCHED_STEPS)),
              Cell.of(matched.n() + " of " + overview.seeds())));
    }
    return table.html();
  }

  /** Each method's loss by {@link Loss}. */
  String losses() {
    var table =
        new HtmlTable(
            "What was lost of task 0 by the end, in points of exact match on held-out people",
            List.of(
                Cell.words("Method"),
                Cell.of("Before", "to the end"),
                Cell.of("Lost"),
                Cell.of("Access lost", "comes back faster"),
                Cell.of("Knowledge lost", "does not come back"),
                Cell.of("Interference", "the rest"),
                Cell.of("Biographies", "before to the end"),
                Cell.of("Recovered", "control")));
    for (String method : overview.methods()) {
      if (overview.mean(method, Quantity.ACCESS_LOST) != null) {
        table.row(
            name(method),
            List.of(
                fromTo(method, Quantity.BEFORE, Quantity.FINAL),
                lost(method, Quantity.LOST),
                lost(method, Quantity.ACCESS_LOST),
                lost(method, Quantity.KNOWLEDGE_LOST),
                lost(method, Quantity.INTERFERENCE),
                fromTo(method, Quantity.RECALL_BEFORE, Quantity.RECALL_FINAL),
                withShare(method, Quantity.LAST, Quantity.CONTROL)));
      }
    }
    return table.html();
  }

  private Cell fromTo(String method, Quantity before, Quantity end) {
    return Cell.of(percent(overview.mean(method, before)), percent(overview.mean(method, end)));
  }

  private Cell lost(String method, Quantity part) {
    Statistic statistic = overview.of(method, part);
    return Cell.of(
        Numbers.hundredfold(statistic.mean()),
        statistic.ci95() == null ? null : "± " + Numbers.hundredfold(statistic.ci95()));
  }

  private boolean flips() {
    return overview.seeds() >= Statistics.FEWEST_FLIPS;
  }

  /** Task 0 at each threshold of the new task. */
  String tradeOff() {
    var columns = new ArrayList<Cell>();
    columns.add(Cell.words("Method"));
    for (String threshold : Results.THRESHOLDS) {
      columns.add(Cell.of("≥ " + decimal(100 * Double.parseDouble(threshold), 0) + "\u202f%"));
    }
    var table =
        new HtmlTable("Task 0 against %s, exact match".formatted(overview.lastTask()), columns);
    for (String method : overview.methods()) {
      var cells = new ArrayList<Cell>();
      for (Quantity quantity : Quantity.atThresholds()) {
        Statistic statistic = overview.of(method, quantity);
        cells.add(
            statistic.mean() == null
                ? Cell.missing(NOT_REACHED)
                : Cell.of(
                    percent(statistic),
                    statistic.n() < overview.seeds()
                        ? statistic.n() + " of " + overview.seeds() + " seeds"
                        : null));
      }
      table.row(name(method), cells);
    }
    return table.html();
  }

  /** Where retraining led from each starting point, and how fast. */
  String recovery() {
    var table =
        new HtmlTable(
            "Task 0 after retraining, held-out people, exact match",
            List.of(
                Cell.words("Method"),
                Cell.of("Before"),
                Cell.of("From early", "share of before"),
                Cell.of("From the end", "share of before"),
                Cell.of("Control", "never asked"),
                Cell.of("Steps to 90\u202f%", "early / end / control"),
                Cell.of("Savings", "early / end"),
                Cell.of("Knowledge kept")));
    for (String method : overview.methods()) {
      if (overview.runsOf(method).stream().allMatch(run -> run == null || run.recovery() == null)) {
        continue;
      }
      table.row(
          name(method),
          List.of(
              stat(method, Quantity.BEFORE),
              withShare(method, Quantity.EARLY, Quantity.EARLY_SHARE),
              withShare(method, Quantity.LAST, Quantity.LAST_SHARE),
              withShare(method, Quantity.CONTROL, Quantity.CONTROL_SHARE),
              means(
                  method,
                  Quantity.EARLY_STEPS_TO_90,
                  Quantity.LAST_STEPS_TO_90,
                  Quantity.CONTROL_STEPS_TO_90),
              means(method, Quantity.EARLY_SAVINGS, Quantity.LAST_SAVINGS),
              stat(method, Quantity.KNOWLEDGE_KEPT)));
    }
    return table.html();
  }

  /** One table a task: floor, before, and each method's end, attribute by attribute. */
  String attributes() {
    var html = new StringBuilder();
    for (Task task : overview.results().tasks()) {
      var names = new LinkedHashSet<String>();
      everyMethod()
          .forEach(
              method -> {
                names.addAll(attributesOf(method.before(), task).keySet());
                names.addAll(attributesOf(method.finalScores(), task).keySet());
              });
      if (!names.isEmpty()) {
        html.append(attributes(task, List.copyOf(names)));
      }
    }
    return html.toString();
  }

  private String attributes(Task task, List<String> names) {
    var columns = new ArrayList<Cell>();
    columns.add(Cell.words("Attribute"));
    columns.add(Cell.of("Floor"));
    columns.add(Cell.of("Before task 1"));
    overview.methods().forEach(method -> columns.add(name(method)));
    var table =
        new HtmlTable(
            Overview.title(task) + ": exact match, first token below it, at the end", columns);
    for (String attribute : names) {
      var cells = new ArrayList<Cell>();
      cells.add(
          accuracy(
              overview.floor(task.task(), floor -> exact(floor.attributes().get(attribute))),
              overview.floor(task.task(), floor -> first(floor.attributes().get(attribute)))));
      cells.add(attribute(overview.told(), Method::before, task, attribute));
      for (String method : overview.methods()) {
        cells.add(attribute(method, Method::finalScores, task, attribute));
      }
      table.row(Cell.words(attribute.replace('_', ' ')), cells);
    }
    return table.html();
  }

  private Cell attribute(
      String method, Function<Method, List<DetailedScore>> when, Task task, String attribute) {
    List<Accuracy> accuracies =
        overview.runsOf(method).stream()
            .filter(Objects::nonNull)
            .map(run -> attributesOf(when.apply(run), task).get(attribute))
            .toList();
    return accuracy(
        Overview.meanOf(accuracies.stream().map(PageTables::exact).toList()),
        Overview.meanOf(accuracies.stream().map(PageTables::first).toList()));
  }

  private Map<String, Accuracy> attributesOf(List<DetailedScore> scores, Task task) {
    String split = new Measured(overview.results().tasks(), null).reportedSplit(task.task());
    DetailedScore score = Measured.findDetailed(scores, task.task(), split);
    return score == null ? Map.of() : score.attributes();
  }

  /** Every metric, its formula beside it. */
  String metrics() {
    var columns = new ArrayList<Cell>();
    columns.add(Cell.words("Metric and its formula"));
    overview.methods().forEach(method -> columns.add(name(method)));
    columns.add(Cell.words("What it says"));
    var html = new StringBuilder();
    var matrix = new HtmlTable("Metrics of the accuracy matrix R", columns);
    Metrics.ALL.forEach(metric -> metric(matrix, metric));
    html.append(matrix.html());
    var curve = new HtmlTable("Metrics of the learning curve", columns);
    CurveMetrics.ALL.forEach(metric -> metric(curve, metric));
    html.append(curve.html());
    var recovery = new HtmlTable("Metrics of the recovery test", columns);
    for (RecoveryMetric metric : RecoveryMetric.ALL) {
      var cells = new ArrayList<Cell>();
      overview
          .methods()
          .forEach(method -> cells.add(threeDigits(overview.of(method, metric.quantity()))));
      cells.add(Cell.words(metric.meaning()));
      recovery.row(Cell.formula(metric.title(), metric.formula()), cells);
    }
    return html.append(recovery.html()).toString();
  }

  /** R of every method, mean over seeds: row by row what each task scores after each task. */
  String matrices() {
    List<Task> tasks = overview.results().tasks();
    var columns = new ArrayList<Cell>();
    columns.add(Cell.words("After learning"));
    tasks.forEach(task -> columns.add(Cell.of("on task " + task.task())));
    var html = new StringBuilder("<details><summary>The accuracy matrices</summary>");
    for (String method : overview.methods()) {
      var table = new HtmlTable("R of " + method + ", exact match, mean over seeds", columns);
      for (int row = 0; row < tasks.size(); row++) {
        int after = row;
        var cells = new ArrayList<Cell>();
        for (int column = 0; column < tasks.size(); column++) {
          int on = column;
          Double mean = matrixMean(method, r -> r.get(after).get(on), after);
          cells.add(mean == null ? Cell.missing(NONE) : Cell.of(decimal(mean, 3)));
        }
        table.row(Cell.words("task " + tasks.get(row).task()), cells);
      }
      html.append(table.html());
    }
    return html.append("</details>").toString();
  }

  private Double matrixMean(String method, Function<List<List<Double>>, Double> cell, int row) {
    return Overview.meanOf(
        overview.runsOf(method).stream()
            .filter(run -> run != null && run.matrix() != null && row < run.matrix().r().size())
            .map(run -> cell.apply(run.matrix().r()))
            .toList());
  }

  private void metric(HtmlTable table, Metric<?> metric) {
    var cells = new ArrayList<Cell>();
    overview.methods().forEach(method -> cells.add(threeDigits(overview.of(method, metric))));
    List<String> kinds = overview.results().tasks().stream().map(Task::kind).toList();
    cells.add(
        Cell.words(
            metric.mixes(kinds)
                ? metric.meaning() + "; averages tasks that generalise with tasks that memorise"
                : metric.meaning()));
    table.row(Cell.formula(metric.title(), metric.formula()), cells);
  }

  private static Cell threeDigits(Statistic values) {
    return values.mean() == null
        ? Cell.missing(NONE)
        : Cell.of(
            decimal(values.mean(), 3),
            values.ci95() == null ? null : "± " + decimal(values.ci95(), 3));
  }

  /** What fine-tuning alone varies on one seed; nothing where it was not repeated. */
  String repeats() {
    if (everyMethod().stream().allMatch(method -> method.repeats().isEmpty())) {
      return "";
    }
    var table =
        new HtmlTable(
            "Fine-tuning repeated on the same seed, task 0 at matched %s; in no interval above"
                .formatted(overview.lastTask()),
            List.of(Cell.words("Method"), Cell.of("Seed"), Cell.of("Times"), Cell.of("Each time")));
    for (String method : overview.methods()) {
      for (Run run : overview.results().runs()) {
        Method first = run.methods().get(method);
        if (first != null && !first.repeats().isEmpty()) {
          var all = new ArrayList<Method>(List.of(first));
          all.addAll(first.repeats());
          table.row(
              name(method),
              List.of(
                  Cell.of(String.valueOf(run.seed())),
                  Cell.of(String.valueOf(all.size())),
                  Cell.of(
                      all.stream()
                          .map(one -> new Measured(overview.results().tasks(), one))
                          .map(one -> percent(Quantity.MATCHED.of(one)))
                          .collect(Collectors.joining(", ")))));
        }
      }
    }
    return table.html();
  }

  String pretraining() {
    var table =
        new HtmlTable(
            "Pretraining, seed by seed",
            List.of(
                Cell.words("Seed"),
                Cell.of("Steps"),
                Cell.of("Tokens"),
                Cell.of("Seconds"),
                Cell.of("Tokens/s"),
                Cell.of("Loss"),
                Cell.of("Biographies known", "first token below")));
    for (Run run : overview.results().runs()) {
      Pretrain pretrain = run.pretrain();
      if (pretrain != null) {
        table.row(
            Cell.words(String.valueOf(run.seed())),
            List.of(
                number(Numbers.count(pretrain.steps())),
                number(Numbers.count(pretrain.tokens())),
                number(decimal(pretrain.seconds(), 1)),
                number(Numbers.count(pretrain.tokensPerSecond())),
                number(decimal(pretrain.loss(), 3)),
                accuracy(exact(pretrain.bioRecall()), first(pretrain.bioRecall()))));
      }
    }
    return table.html();
  }

  /** The reference method's chain on every seed, and each method's task 0 at matched task 1. */
  String seeds() {
    var columns = new ArrayList<Cell>();
    columns.add(Cell.words("Seed"));
    columns.add(Cell.of("Before"));
    columns.add(Cell.of("Lowest", "within %d steps".formatted(Measured.EARLY_STEPS)));
    columns.add(Cell.of("Task 1 there"));
    columns.add(Cell.of("Early", "recovered"));
    columns.add(Cell.of("End", "recovered"));
    columns.add(Cell.of("Control"));
    overview
        .methods()
        .forEach(method -> columns.add(Cell.of(method, "at matched " + overview.lastTask())));
    var table = new HtmlTable("Every seed of " + overview.told() + ", exact match", columns);
    for (Run run : overview.results().runs()) {
      Measured told = overview.measured(run, overview.told());
      var cells = new ArrayList<Cell>();
      for (Quantity quantity :
          List.of(
              Quantity.BEFORE,
              Quantity.MINIMUM,
              Quantity.NEW_TASK_AT_MINIMUM,
              Quantity.EARLY,
              Quantity.LAST,
              Quantity.CONTROL)) {
        cells.add(number(told == null ? NONE : percent(quantity.of(told))));
      }
      for (String method : overview.methods()) {
        Measured measured = overview.measured(run, method);
        Double matched = measured == null ? null : Quantity.MATCHED.of(measured);
        cells.add(matched == null ? Cell.missing(NOT_REACHED) : Cell.of(percent(matched)));
      }
      table.row(Cell.words(String.valueOf(run.seed())), cells);
    }
    return table.html();
  }

  private List<Method> everyMethod() {
    return overview.results().runs().stream()
        .flatMap(run -> run.methods().values().stream())
        .toList();
  }

  /** A method's name with its colour. */
  private Cell name(String method) {
    return overview.name(method);
  }

  private Cell stat(String method, Quantity quantity) {
    return number(shown(overview.of(method, quantity), quantity));
  }

  private Cell withShare(String method, Quantity quantity, Quantity share) {
    Statistic statistic = overview.of(method, quantity);
    return statistic.mean() == null
        ? Cell.missing(NONE)
        : Cell.of(percent(statistic), percent(overview.mean(method, share)));
  }

  /** Several means in one cell, and how many seeds stand behind each where not all do. */
  private Cell means(String method, Quantity... quantities) {
    var shown = new ArrayList<String>();
    var counts = new ArrayList<String>();
    boolean complete = true;
    for (Quantity quantity : quantities) {
      Statistic statistic = overview.of(method, quantity);
      shown.add(Numbers.value(quantity.unit(), statistic.mean(), null));
      counts.add(String.valueOf(statistic.n()));
      complete &= statistic.n() == overview.seeds();
    }
    String note =
        complete ? null : String.join(" / ", counts) + " of " + overview.seeds() + " seeds";
    return Cell.of(String.join(" / ", shown), note);
  }

  private static String shown(Statistic statistic, Quantity quantity) {
    return Numbers.value(quantity.unit(), statistic.mean(), statistic.ci95());
  }

  private static Cell accuracy(Double exact, Double first) {
    return exact == null ? Cell.missing(NONE) : Cell.of(percent(exact), percent(first));
  }

  private static Cell number(String text) {
    return Cell.number(text);
  }

  private static Double exact(Accuracy accuracy) {
    return accuracy == null ? null : accuracy.exactMatch();
  }

  private static Double first(Accuracy accuracy) {
    return accuracy == null ? null : accuracy.firstToken();
  }
}
