package palimpsest.continual;

import java.util.List;

/**
 * What was scored on every task after learning every task. NaN stands for "not measured".
 *
 * @param r {@code [T][T]}: {@code r[i][j]} on task j after learning task i, upper triangle included
 * @param baseline {@code [T]}, of the model before any task
 * @param single {@code [T]}, of models trained on one task alone
 * @param joint {@code [T]}, of a model trained on all tasks at once
 */
public record AccuracyMatrix(double[][] r, double[] baseline, double[] single, double[] joint) {

  /** Number of tasks, T. */
  public int tasks() {
    return r.length;
  }

  /**
   * From lists as they stand in JSON. The three vectors may be {@code null}, and so may any cell.
   *
   * @throws IllegalArgumentException if R is not square, a vector is not of its length, or a score
   *     is not between 0 and 1; the message names the cell
   */
  public static AccuracyMatrix of(
      List<? extends List<Double>> r,
      List<Double> baseline,
      List<Double> single,
      List<Double> joint) {
    int tasks = r == null ? 0 : r.size();
    if (tasks == 0) {
      throw new IllegalArgumentException("R is empty; it needs a row of scores for each task");
    }
    double[][] cells = new double[tasks][];
    for (int i = 0; i < tasks; i++) {
      cells[i] = scores("R[" + i + "]", r.get(i), tasks);
    }
    return new AccuracyMatrix(
        cells,
        scores("baseline", baseline, tasks),
        scores("single", single, tasks),
        scores("joint", joint, tasks));
  }

  private static double[] scores(String name, List<Double> list, int tasks) {
    double[] scores = new double[tasks];
    if (list == null) {
      java.util.Arrays.fill(scores, Double.NaN);
      return scores;
    }
    if (list.size() != tasks) {
      throw new IllegalArgumentException(
          "%s has %d scores, but R has %d rows: one score for each task is needed"
              .formatted(name, list.size(), tasks));
    }
    for (int j = 0; j < tasks; j++) {
      Double score = list.get(j);
      if (score != null && !(score >= 0 && score <= 1)) {
        throw new IllegalArgumentException(
            "%s[%d] is %s; a score is a share between 0 and 1, or null".formatted(name, j, score));
      }
      scores[j] = score == null ? Double.NaN : score;
    }
    return scores;
  }
}
