package palimpsest.report;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import palimpsest.base.Statistics;
import palimpsest.continual.Metric;
import palimpsest.report.HtmlTable.Cell;
import palimpsest.report.Results.Floor;
import palimpsest.report.Results.Method;
import palimpsest.report.Results.Run;
import palimpsest.report.Results.Statistic;
import palimpsest.report.Results.Task;

/** Results with their statistics, computed anew from the runs, whatever the file's summary says. */
final class Overview {
  private final Results results;
  private final List<String> methods;
  private final Map<String, Map<String, Statistic>> summary;

  Overview(Results results) {
    this.results = results;
    this.methods = results.methods();
    this.summary = Summary.of(results.tasks(), results.runs());
  }

  Results results() {
    return results;
  }

  /** Every method, {@code seq} first. */
  List<String> methods() {
    return methods;
  }

  int seeds() {
    return results.runs().size();
  }

  /**
   * The method whose collapse and recovery are told: {@code seq}, or the first if it was not run.
   */
  String told() {
    return methods.isEmpty() ? Results.REFERENCE : methods.getFirst();
  }

  /** A method's name with its colour. */
  Cell name(String method) {
    return new Cell(method, null, "method " + Html.colour(methods.indexOf(method)));
  }

  Statistic of(String method, Quantity quantity) {
    return of(method, quantity.key());
  }

  Statistic of(String method, Metric<?> metric) {
    return of(method, metric.name());
  }

  /** Every key of the summary: quantities and metrics. */
  Map<String, Statistic> all(String method) {
    return summary.get(method);
  }

  private Statistic of(String method, String key) {
    return summary.getOrDefault(method, Map.of()).getOrDefault(key, Statistic.NONE);
  }

  /** Mean and interval of a quantity, in its unit. */
  String shown(String method, Quantity quantity) {
    Statistic statistic = of(method, quantity);
    return Numbers.value(quantity.unit(), statistic.mean(), statistic.ci95());
  }

  /** Task 0 where the last task is known, and on how many seeds that was reached if not on all. */
  String matched(String method) {
    Statistic matched = of(method, Quantity.MATCHED);
    if (matched.mean() == null) {
      return Numbers.NOT_REACHED;
    }
    String some = matched.n() < seeds() ? " (%d of %d)".formatted(matched.n(), seeds()) : "";
    return Numbers.percent(matched) + some;
  }

  Double mean(String method, Quantity quantity) {
    return of(method, quantity).mean();
  }

  /** Every seed's method of that name, {@code null} where the seed has none. */
  List<Method> runsOf(String method) {
    return results.runs().stream().map(run -> run.methods().get(method)).toList();
  }

  Measured measured(Run run, String method) {
    Method found = run.methods().get(method);
    return found == null ? null : new Measured(results.tasks(), found);
  }

  /**
   * Exact match of always giving the most frequent answers, over seeds; {@code null} if unknown.
   */
  Double floorExact(int task) {
    return floor(task, Floor::exactMatch);
  }

  Double floorFirst(int task) {
    return floor(task, Floor::firstToken);
  }

  Double floor(int task, Function<Floor, Double> part) {
    return meanOf(
        results.runs().stream()
            .flatMap(run -> run.floor().stream())
            .filter(floor -> floor.task() == task)
            .map(part)
            .toList());
  }

  /** The last task, which methods have to learn to be compared: {@code task 1}. */
  String lastTask() {
    return "task " + results.tasks().stream().mapToInt(Task::task).max().orElse(1);
  }

  /** {@code Task 0: questions about known people}. */
  static String title(Task task) {
    return "Task " + task.task() + (task.name() == null ? "" : ": " + task.name());
  }

  /** Mean of what is there; {@code null} if nothing is. */
  static Double meanOf(List<Double> values) {
    double[] present =
        values.stream().filter(Objects::nonNull).mapToDouble(Double::doubleValue).toArray();
    return present.length == 0 ? null : Statistics.mean(present);
  }
}
