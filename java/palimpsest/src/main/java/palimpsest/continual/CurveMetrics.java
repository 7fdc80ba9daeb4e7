package palimpsest.continual;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import palimpsest.continual.Metric.Over;

/**
 * The metrics of a {@link LearningCurve}: they see what happens between the rows of an accuracy
 * matrix, such as the drop right after a switch of tasks that is over when the task ends (De Lange,
 * van de Ven, Tuytelaars 2023, "the stability gap").
 */
public final class CurveMetrics {
  /** Evaluations in a window, w. */
  static final int WINDOW = 10;

  /** Every metric, in the order they are shown. a[j](n): score on task j at evaluation n. */
  public static final List<Metric<LearningCurve>> ALL =
      List.of(
          new Metric<>(
              "minimum_accuracy",
              "Minimum accuracy (min-ACC)",
              "1/(T−1) · Σ_{j<T−1} min_{n after task j} a[j](n)",
              "each old task at its worst evaluation since it was learned",
              Over.OLD,
              CurveMetrics::minimumAccuracy),
          new Metric<>(
              "worst_case_accuracy",
              "Worst-case accuracy (WC-ACC)",
              "1/T · a[T−1](end) + (1−1/T) · min-ACC",
              "the last task where it ended, the old ones at their worst",
              Over.ALL,
              CurveMetrics::worstCaseAccuracy),
          new Metric<>(
              "windowed_forgetting",
              "Windowed forgetting, w = " + WINDOW,
              "1/(T−1) · Σ_{j<T−1} max_{n≤k<n+w} (a[j](n) − a[j](k))",
              "largest drop of each old task within w evaluations of the curve",
              Over.OLD,
              curve -> mean(0, curve.tasks() - 1, j -> largestDrop(curve.afterLearning(j)))),
          new Metric<>(
              "windowed_plasticity",
              "Windowed plasticity, w = " + WINDOW,
              "1/(T−1) · Σ_{j≥1} max_{n≤k<n+w} (a[j](k) − a[j](n))",
              "largest rise of each task within w evaluations while it is learned",
              Over.LATER,
              curve -> mean(1, curve.tasks(), j -> largestDrop(negated(curve.whileLearning(j))))),
          new Metric<>(
              "front_area",
              "Area under the task 0 – task 1 front",
              "∫_{0≤x≤1} max { a[0](n) : a[1](n) ≥ x } dx, 0 where there is none",
              "what is kept of task 0 whatever is asked of task 1; 1 is best",
              Over.NONE,
              CurveMetrics::frontArea));

  private CurveMetrics() {}

  /** Name to value of {@link #ALL}, in their order; {@code null} where undefined. */
  public static Map<String, Double> of(LearningCurve curve) {
    var values = new LinkedHashMap<String, Double>();
    for (Metric<LearningCurve> metric : ALL) {
      double value = curve.isEmpty() ? Double.NaN : metric.value().applyAsDouble(curve);
      values.put(metric.name(), Double.isFinite(value) ? value : null);
    }
    return Collections.unmodifiableMap(values);
  }

  private static double minimumAccuracy(LearningCurve curve) {
    return mean(0, curve.tasks() - 1, j -> LearningCurve.least(curve.afterLearning(j)));
  }

  private static double worstCaseAccuracy(LearningCurve curve) {
    double share = 1.0 / curve.tasks();
    return share * curve.last() + (1 - share) * minimumAccuracy(curve);
  }

  /** {@code max_{n≤k<n+w} (a(n) − a(k))}, at least 0; NaN of nothing. */
  static double largestDrop(double[] scores) {
    double largest = scores.length == 0 ? Double.NaN : 0;
    for (int n = 0; n < scores.length; n++) {
      for (int k = n; k < Math.min(n + WINDOW, scores.length); k++) {
        largest = Math.max(largest, scores[n] - scores[k]);
      }
    }
    return largest;
  }

  private static double[] negated(double[] scores) {
    double[] negated = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      negated[i] = -scores[i];
    }
    return negated;
  }

  /**
   * The staircase over the points that no other point beats on both tasks, from the best on task 1
   * to the worst.
   */
  private static double frontArea(LearningCurve curve) {
    record Pair(double old, double fresh) {}
    var pairs = new ArrayList<Pair>();
    for (LearningCurve.Point point : curve.points()) {
      if (point.training() == 1 && !Double.isNaN(point.on(0) + point.on(1))) {
        pairs.add(new Pair(point.on(0), point.on(1)));
      }
    }
    if (pairs.isEmpty()) {
      return Double.NaN;
    }
    pairs.sort(Comparator.comparingDouble(Pair::fresh).reversed());
    double area = 0;
    double height = 0;
    double right = pairs.getFirst().fresh();
    for (Pair pair : pairs) {
      area += (right - pair.fresh()) * height;
      right = pair.fresh();
      height = Math.max(height, pair.old());
    }
    return area + right * height;
  }

  private static double mean(int from, int to, IntToDoubleFunction term) {
    double sum = 0;
    for (int j = from; j < to; j++) {
      sum += term.applyAsDouble(j);
    }
    return sum / (to - from);
  }
}
