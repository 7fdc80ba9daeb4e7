package palimpsest.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import palimpsest.continual.AccuracyMatrix;
import palimpsest.continual.CurveMetrics;
import palimpsest.continual.LearningCurve;
import palimpsest.continual.Metric;
import palimpsest.continual.Metrics;
import palimpsest.report.Results.CurvePoint;
import palimpsest.report.Results.Matrix;
import palimpsest.report.Results.Task;

/** Every continual-learning metric of one method on one seed, from its matrix and its curve. */
public final class MethodMetrics {
  private MethodMetrics() {}

  /** All metrics there are, those of the matrix first. */
  static List<Metric<?>> all() {
    var all = new ArrayList<Metric<?>>(Metrics.ALL);
    all.addAll(CurveMetrics.ALL);
    return all;
  }

  /**
   * Name to value, {@code null} where undefined; exact match throughout, of the matrix on the
   * questions that reported numbers are taken on, of the curve on those that curves show.
   *
   * @param matrix may be {@code null}
   */
  public static Map<String, Double> of(List<Task> tasks, Matrix matrix, List<CurvePoint> curve) {
    var values = new LinkedHashMap<String, Double>();
    if (matrix == null) {
      Metrics.ALL.forEach(metric -> values.put(metric.name(), null));
    } else {
      values.putAll(
          Metrics.of(
              AccuracyMatrix.of(matrix.r(), matrix.baseline(), matrix.single(), matrix.joint())));
    }
    List<CurvePoint> points = isSequence(matrix) ? curve : List.of();
    values.putAll(CurveMetrics.of(curve(new Measured(tasks, null), tasks.size(), points)));
    return Collections.unmodifiableMap(values);
  }

  /**
   * Whether one model learned the tasks one after another, so that each was scored on all it had
   * learned: the references {@code joint} and {@code single} did not, and nothing on their curves
   * was known before.
   */
  private static boolean isSequence(Matrix matrix) {
    for (int i = 0; matrix != null && i < matrix.r().size(); i++) {
      if (matrix.r().get(i).subList(0, i + 1).stream().anyMatch(Objects::isNull)) {
        return false;
      }
    }
    return matrix != null;
  }

  private static LearningCurve curve(Measured measured, int tasks, List<CurvePoint> points) {
    return new LearningCurve(
        points.stream()
            .map(point -> new LearningCurve.Point(point.training(), row(measured, tasks, point)))
            .toList());
  }

  private static double[] row(Measured measured, int tasks, CurvePoint point) {
    double[] row = new double[tasks];
    for (int task = 0; task < tasks; task++) {
      Double score = measured.onCurve(point, task);
      row[task] = score == null ? Double.NaN : score;
    }
    return row;
  }
}
