package palimpsest.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import palimpsest.base.Statistics;
import palimpsest.base.UserException;
import palimpsest.continual.StrategyRegistry;
import palimpsest.report.HtmlTable.Cell;
import palimpsest.report.Results.Cost;
import palimpsest.report.Results.Method;

/** What each method was, what it took, and what it noticed about itself. */
final class MethodTables {
  private final Overview overview;

  MethodTables(Overview overview) {
    this.overview = overview;
  }

  /** All settings of each method, defaults included, with its units in words. */
  String settings() {
    var table =
        new HtmlTable(
            "The methods as they were run",
            List.of(Cell.words("Method"), Cell.words("Settings"), Cell.words("What it does")));
    for (String name : overview.methods()) {
      known(name)
          .ifPresent(
              method ->
                  table.row(
                      overview.name(name),
                      List.of(Cell.words(method.settings()), Cell.words(method.summary()))));
    }
    return "<details><summary>What the methods are, and all their settings</summary>"
        + table.html()
        + "</details>";
  }

  /** Empty for a method of another version that this one does not have. */
  private static Optional<palimpsest.continual.Method> known(String name) {
    try {
      return Optional.of(StrategyRegistry.parse(name));
    } catch (UserException e) {
      return Optional.empty();
    }
  }

  String cost() {
    var table =
        new HtmlTable(
            "What it took, from the start of task 1, mean over seeds",
            List.of(
                Cell.words("Method"),
                Cell.of("Steps"),
                Cell.of("Seconds"),
                Cell.of("Trainable parameters"),
                Cell.of("Parameters added"),
                Cell.of("Kept beside the model"),
                Cell.words("Frozen")));
    for (String method : overview.methods()) {
      table.row(
          overview.name(method),
          List.of(
              Cell.number(Numbers.count(mean(method, Cost::steps))),
              Cell.number(Numbers.decimal(mean(method, Cost::seconds), 1)),
              Cell.number(Numbers.count(mean(method, Cost::trainableParameters))),
              Cell.number(Numbers.count(mean(method, Cost::addedParameters))),
              Cell.number(bytes(mean(method, Cost::extraBytes))),
              frozen(method)));
    }
    return table.html();
  }

  /** Components that kept their weights, those of all seeds. */
  private Cell frozen(String method) {
    var components = new LinkedHashSet<String>();
    overview.runsOf(method).stream()
        .filter(run -> run != null && run.cost() != null && run.cost().frozen() != null)
        .forEach(run -> components.addAll(run.cost().frozen()));
    return components.isEmpty()
        ? Cell.missing(Numbers.NONE)
        : Cell.words(String.join(", ", components));
  }

  private Double mean(String method, Function<Cost, Number> part) {
    return Overview.meanOf(
        overview.runsOf(method).stream()
            .map(run -> run == null || run.cost() == null ? null : part.apply(run.cost()))
            .map(number -> number == null ? null : number.doubleValue())
            .toList());
  }

  private static String bytes(Double bytes) {
    return bytes == null ? Numbers.NONE : Numbers.bytes(Math.round(bytes));
  }

  /** What methods noted about themselves; nothing where none did. */
  String notes() {
    var table =
        new HtmlTable(
            "What methods noted about themselves",
            List.of(Cell.words("Method"), Cell.words("Note"), Cell.of("Mean", "over seeds")));
    boolean any = false;
    for (String method : overview.methods()) {
      List<Method> runs = overview.runsOf(method).stream().filter(Objects::nonNull).toList();
      var names = new LinkedHashSet<String>();
      runs.forEach(run -> names.addAll(run.notes().keySet()));
      for (String name : names) {
        any = true;
        table.row(overview.name(method), List.of(Cell.words(words(name)), noted(runs, name)));
      }
    }
    return any ? table.html() : "";
  }

  private static Cell noted(List<Method> runs, String name) {
    var values = new ArrayList<Double>();
    runs.forEach(run -> values.add(run.notes().get(name)));
    double[] present =
        values.stream().filter(Objects::nonNull).mapToDouble(Double::doubleValue).toArray();
    return present.length < 2
        ? Cell.of(Numbers.decimal(Overview.meanOf(values), 3))
        : Cell.of(
            Numbers.decimal(Statistics.mean(present), 3),
            "± " + Numbers.decimal(Statistics.halfWidth95(present), 3));
  }

  /** {@code valid_samples.task1}: valid samples, task 1. */
  private static String words(String name) {
    return name.replace('_', ' ').replaceAll("\\.task(\\d+)", ", task $1");
  }
}
