package palimpsest.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import palimpsest.base.Statistics;
import palimpsest.continual.Metric;
import palimpsest.report.Results.Method;
import palimpsest.report.Results.Run;
import palimpsest.report.Results.Statistic;
import palimpsest.report.Results.Task;

/**
 * Statistics over seeds, each a replicate of the whole chain: people, weights, order. A seed counts
 * once: repeats of fine-tuning never enter.
 */
public final class Summary {
  private Summary() {}

  /**
   * Method to {@link Quantity#key} or {@link palimpsest.continual.Metric#name} to its statistic,
   * every method of any seed.
   */
  public static Map<String, Map<String, Statistic>> of(List<Task> tasks, List<Run> runs) {
    var values = new LinkedHashMap<String, Map<String, List<Double>>>();
    for (String method : Results.methods(runs)) {
      values.put(method, values(tasks, runs, method));
    }
    Map<String, List<Double>> reference =
        values.getOrDefault(Results.REFERENCE, values(tasks, runs, Results.REFERENCE));
    var summary = new LinkedHashMap<String, Map<String, Statistic>>();
    values.forEach(
        (method, named) -> {
          var statistics = new LinkedHashMap<String, Statistic>();
          named.forEach((key, value) -> statistics.put(key, statistic(value, reference.get(key))));
          summary.put(method, statistics);
        });
    reference.keySet().forEach(key -> adjust(summary, key));
    return summary;
  }

  /** Holm over the methods that are compared with the reference: one family a quantity. */
  private static void adjust(Map<String, Map<String, Statistic>> summary, String key) {
    List<String> compared =
        summary.keySet().stream().filter(method -> !method.equals(Results.REFERENCE)).toList();
    double[] p =
        compared.stream()
            .map(method -> summary.get(method).get(key).p())
            .mapToDouble(value -> value == null ? Double.NaN : value)
            .toArray();
    double[] adjusted = Statistics.holm(p);
    for (int i = 0; i < adjusted.length; i++) {
      Double holm = finite(adjusted[i]);
      summary.get(compared.get(i)).computeIfPresent(key, (_, value) -> value.withHolm(holm));
    }
  }

  /** Key to one value a seed, {@code null} where the seed has none. */
  private static Map<String, List<Double>> values(List<Task> tasks, List<Run> runs, String name) {
    var values = new LinkedHashMap<String, List<Double>>();
    for (Run run : runs) {
      Method method = run.methods().get(name);
      for (Quantity quantity : Quantity.values()) {
        values
            .computeIfAbsent(quantity.key(), _ -> new ArrayList<>())
            .add(method == null ? null : quantity.of(new Measured(tasks, method)));
      }
      Map<String, Double> metrics =
          method == null ? Map.of() : MethodMetrics.of(tasks, method.matrix(), method.curve());
      for (Metric<?> metric : MethodMetrics.all()) {
        values
            .computeIfAbsent(metric.name(), _ -> new ArrayList<>())
            .add(metrics.get(metric.name()));
      }
    }
    return values;
  }

  /**
   * @param values one a seed
   * @param reference the same quantity of {@code seq}, one a seed, to be paired with
   * @return without {@code pHolm}, which takes all methods
   */
  private static Statistic statistic(List<Double> values, List<Double> reference) {
    double[] present = present(values);
    var differences = new ArrayList<Double>();
    for (int i = 0; i < values.size(); i++) {
      Double value = values.get(i);
      Double other = reference.get(i);
      differences.add(value == null || other == null ? null : value - other);
    }
    double[] paired = present(differences);
    return new Statistic(
        present.length,
        values,
        finite(Statistics.mean(present)),
        finite(Statistics.halfWidth95(present)),
        paired.length,
        finite(Statistics.mean(paired)),
        finite(Statistics.halfWidth95(paired)),
        finite(Statistics.pairedP(paired)),
        null,
        paired.length < Statistics.FEWEST_FLIPS ? null : finite(Statistics.signFlipP(paired)));
  }

  private static double[] present(List<Double> values) {
    return values.stream().filter(Objects::nonNull).mapToDouble(Double::doubleValue).toArray();
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
