package palimpsest.continual;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * What was scored on the way, from the beginning of task 1 on.
 *
 * @param points in the order of time
 */
public record LearningCurve(List<Point> points) {
  /**
   * One evaluation.
   *
   * @param training the task being learned, 1 and above
   * @param scores on tasks 0, 1, …; NaN, or no more entries, for those that were not asked about
   */
  public record Point(int training, double[] scores) {
    double on(int task) {
      return task < scores.length ? scores[task] : Double.NaN;
    }
  }

  public LearningCurve {
    points = List.copyOf(points);
  }

  /** Number of tasks, T. */
  int tasks() {
    return 1 + points.stream().mapToInt(Point::training).max().orElse(0);
  }

  /** Scores on a task since it was learned: while later ones are. */
  double[] afterLearning(int task) {
    return measured(points.stream().filter(point -> point.training() > task), task);
  }

  /** Scores on a task while it is learned. */
  double[] whileLearning(int task) {
    return measured(points.stream().filter(point -> point.training() == task), task);
  }

  private static double[] measured(Stream<Point> points, int task) {
    return points
        .mapToDouble(point -> point.on(task))
        .filter(score -> !Double.isNaN(score))
        .toArray();
  }

  /** The last score on the last task; NaN without one. */
  double last() {
    double[] scores = whileLearning(tasks() - 1);
    return scores.length == 0 ? Double.NaN : scores[scores.length - 1];
  }

  /** Whether there is a point at all. */
  boolean isEmpty() {
    return points.isEmpty();
  }

  static double least(double[] scores) {
    return DoubleStream.of(scores).min().orElse(Double.NaN);
  }
}
