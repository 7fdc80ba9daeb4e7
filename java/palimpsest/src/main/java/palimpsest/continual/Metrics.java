package palimpsest.continual;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import palimpsest.base.TextTable;
import palimpsest.continual.Metric.Over;

/**
 * The metrics of an {@link AccuracyMatrix}. Libraries use the same names for different formulas, so
 * each carries its own. A metric that needs a score nobody measured, or more tasks than there are,
 * is {@code null}.
 */
public final class Metrics {
  /** Every metric, in the order they are shown. */
  public static final List<Metric<AccuracyMatrix>> ALL =
      List.of(
          new Metric<>(
              "average_accuracy",
              "Average accuracy",
              "1/T · Σ_j R[T−1][j]",
              "over all tasks, after the last",
              Over.ALL,
              Metrics::averageAccuracy),
          new Metric<>(
              "average_incremental_accuracy",
              "Average incremental accuracy",
              "1/T · Σ_i 1/(i+1) · Σ_{j≤i} R[i][j]",
              "average accuracy on the tasks so far, averaged over time",
              Over.ALL,
              Metrics::averageIncrementalAccuracy),
          new Metric<>(
              "forgetting",
              "Forgetting",
              "1/(T−1) · Σ_{j<T−1} (max_{j≤l<T−1} R[l][j] − R[T−1][j])",
              "lost since each task's best; negative if it improved",
              Over.OLD,
              m -> forgettingAfter(m, m.tasks() - 1)),
          new Metric<>(
              "backward_transfer",
              "Backward transfer",
              "1/(T−1) · Σ_{j<T−1} (R[T−1][j] − R[j][j])",
              "what learning later tasks did to earlier ones; negative is forgetting",
              Over.OLD,
              Metrics::backwardTransfer),
          new Metric<>(
              "forward_transfer",
              "Forward transfer",
              "1/(T−1) · Σ_{j≥1} (R[j−1][j] − b[j])",
              "on a task before learning it, over the untrained score",
              Over.LATER,
              Metrics::forwardTransfer),
          new Metric<>(
              "learning_accuracy",
              "Learning accuracy",
              "1/T · Σ_j R[j][j]",
              "on each task right after learning it",
              Over.ALL,
              m -> mean(0, m.tasks(), j -> m.r()[j][j])),
          new Metric<>(
              "diaz_rodriguez_accuracy",
              "Accuracy of Díaz-Rodríguez",
              "2/(T(T+1)) · Σ_{i≥j} R[i][j]",
              "over the lower triangle: late rows count more than in the incremental average",
              Over.ALL,
              Metrics::diazRodriguezAccuracy),
          new Metric<>(
              "backward_transfer_all_steps",
              "Backward transfer, all steps",
              "2/(T(T−1)) · Σ_{i>j} (R[i][j] − R[j][j])",
              "backward transfer after every task, not the last alone",
              Over.OLD,
              Metrics::backwardTransferAllSteps),
          new Metric<>(
              "relative_forgetting",
              "Relative forgetting",
              "1/(T−1) · Σ_{j<T−1} (max_{j≤l<T−1} R[l][j] − R[T−1][j]) / max_{j≤l<T−1} R[l][j]",
              "forgetting as a share of each task's best",
              Over.OLD,
              Metrics::relativeForgetting),
          new Metric<>(
              "intransigence",
              "Intransigence",
              "m[T−1] − R[T−1][T−1]",
              "what the last task lost against joint training; lower is better",
              Over.LAST,
              m -> m.joint()[m.tasks() - 1] - m.r()[m.tasks() - 1][m.tasks() - 1]),
          new Metric<>(
              "intransigence_single",
              "Intransigence against single tasks",
              "1/T · Σ_j (s[j] − R[j][j])",
              "what each task lost against a model of its own; lower is better",
              Over.ALL,
              m -> mean(0, m.tasks(), j -> m.single()[j] - m.r()[j][j])),
          new Metric<>(
              "joint_gap",
              "Gap to joint training",
              "1/T · Σ_j (m[j] − R[T−1][j])",
              "average accuracy still missing against joint training",
              Over.ALL,
              m -> mean(0, m.tasks(), j -> m.joint()[j] - last(m)[j])));

  private Metrics() {}

  /** Name to value of {@link #ALL}, in their order; {@code null} where undefined. */
  public static Map<String, Double> of(AccuracyMatrix matrix) {
    var values = new LinkedHashMap<String, Double>();
    for (Metric<AccuracyMatrix> metric : ALL) {
      double value = metric.value().applyAsDouble(matrix);
      values.put(metric.name(), Double.isFinite(value) ? value : null);
    }
    return Collections.unmodifiableMap(values);
  }

  /** The metrics with their formulas as a plain table. */
  public static String table(AccuracyMatrix matrix) {
    var table = new TextTable("metric", "value", "formula");
    Map<String, Double> values = of(matrix);
    for (Metric<AccuracyMatrix> metric : ALL) {
      Double value = values.get(metric.name());
      table.row(
          metric.name(),
          value == null ? "-" : String.format(Locale.ROOT, "%.4f", value + 0.0),
          metric.formula());
    }
    return table.plain();
  }

  /**
   * {@code F_k = 1/k · Σ_{j<k} (max_{j≤l<k} R[l][j] − R[k][j])}: the mean loss on earlier tasks
   * once task k is learned. NaN for k = 0.
   */
  public static double forgettingAfter(AccuracyMatrix m, int k) {
    return mean(0, k, j -> best(m, j, k) - m.r()[k][j]);
  }

  private static double averageAccuracy(AccuracyMatrix m) {
    return mean(0, m.tasks(), j -> last(m)[j]);
  }

  private static double averageIncrementalAccuracy(AccuracyMatrix m) {
    return mean(0, m.tasks(), i -> mean(0, i + 1, j -> m.r()[i][j]));
  }

  private static double backwardTransfer(AccuracyMatrix m) {
    return mean(0, m.tasks() - 1, j -> last(m)[j] - m.r()[j][j]);
  }

  private static double forwardTransfer(AccuracyMatrix m) {
    return mean(1, m.tasks(), j -> m.r()[j - 1][j] - m.baseline()[j]);
  }

  private static double diazRodriguezAccuracy(AccuracyMatrix m) {
    double sum = 0;
    for (int i = 0; i < m.tasks(); i++) {
      for (int j = 0; j <= i; j++) {
        sum += m.r()[i][j];
      }
    }
    return 2 * sum / (m.tasks() * (m.tasks() + 1.0));
  }

  private static double backwardTransferAllSteps(AccuracyMatrix m) {
    double sum = 0;
    for (int i = 1; i < m.tasks(); i++) {
      for (int j = 0; j < i; j++) {
        sum += m.r()[i][j] - m.r()[j][j];
      }
    }
    return 2 * sum / (m.tasks() * (m.tasks() - 1.0));
  }

  private static double relativeForgetting(AccuracyMatrix m) {
    int k = m.tasks() - 1;
    return mean(0, k, j -> (best(m, j, k) - last(m)[j]) / best(m, j, k));
  }

  /** Task j's best score from the time it was learned until before task k. */
  private static double best(AccuracyMatrix m, int j, int k) {
    double best = m.r()[j][j];
    for (int l = j + 1; l < k; l++) {
      best = Math.max(best, m.r()[l][j]);
    }
    return best;
  }

  private static double[] last(AccuracyMatrix m) {
    return m.r()[m.tasks() - 1];
  }

  /** Mean of a term over from ≤ j &lt; to; NaN over no terms, and if any of them is. */
  private static double mean(int from, int to, IntToDoubleFunction term) {
    double sum = 0;
    for (int j = from; j < to; j++) {
      sum += term.applyAsDouble(j);
    }
    return sum / (to - from);
  }
}
