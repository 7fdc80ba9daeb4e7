package palimpsest.analysis.performance;

import java.util.ArrayList;
import java.util.List;
import palimpsest.analysis.DataTable;
import palimpsest.analysis.Findings;

/**
 * The performance perspective: accuracies and losses over the steps of task 1, and what retraining
 * on task 0 brings back from many places along it. Accuracies are shares from 0 to 1, losses nats a
 * token.
 *
 * @param curve the watched questions: dev people of task 0, the first new people of task 1
 * @param floors of each task: always giving the most frequent answer
 * @param before task 0 on test people before task 1
 * @param fullBudget questions that the recoveries of {@code recoveries} may learn from
 * @param recoveries one for each checkpoint along task 1, in order, the pretrained control last
 * @param budgets the same retraining with fewer questions
 */
public record Performance(
    List<CurvePoint> curve,
    List<Accuracy> floors,
    Accuracy before,
    int fullBudget,
    List<Recovery> recoveries,
    List<Recovery> budgets)
    implements Findings {

  public record Accuracy(Double exactMatch, Double firstToken) {}

  /** An accuracy with the loss over answer and end tokens. */
  public record Score(Double exactMatch, Double firstToken, Double loss) {}

  /**
   * One evaluation.
   *
   * @param recall value after a name and the opening of a biography's sentence
   */
  public record CurvePoint(int step, Score task0, Score task1, Accuracy recall) {}

  /**
   * Task 0 on test people while it is retrained.
   *
   * @param fromStep of task 1; {@code null} for the pretrained model that no question was asked
   * @param questions distinct ones to learn from
   * @param stepsTo90 until 90 % of the exact match before task 1; {@code null} if not reached
   * @param points in order; the first stands before any retraining
   */
  public record Recovery(
      Integer fromStep, int questions, Integer stepsTo90, List<RecoveryPoint> points) {
    public Recovery {
      points = List.copyOf(points);
    }

    /** What it ends with. */
    public RecoveryPoint last() {
      return points.getLast();
    }
  }

  public record RecoveryPoint(int step, Double exactMatch, Double firstToken) {}

  public Performance {
    curve = List.copyOf(curve);
    floors = List.copyOf(floors);
    recoveries = List.copyOf(recoveries);
    budgets = List.copyOf(budgets);
  }

  @Override
  public List<DataTable> tables() {
    return List.of(curveTable(), recoveryTable("recovery", recoveries), budgetTable());
  }

  private DataTable curveTable() {
    var rows = new ArrayList<List<Object>>();
    for (CurvePoint point : curve) {
      rows.add(
          DataTable.row(
              point.step(),
              point.task0().exactMatch(),
              point.task0().firstToken(),
              point.task0().loss(),
              point.task1().exactMatch(),
              point.task1().firstToken(),
              point.task1().loss(),
              point.recall().exactMatch(),
              point.recall().firstToken()));
    }
    return new DataTable(
        "curve",
        List.of(
            "step",
            "task0_exact_match",
            "task0_first_token",
            "task0_loss",
            "task1_exact_match",
            "task1_first_token",
            "task1_loss",
            "bio_recall_exact_match",
            "bio_recall_first_token"),
        rows);
  }

  private DataTable budgetTable() {
    return recoveryTable("budgets", budgets);
  }

  private static DataTable recoveryTable(String name, List<Recovery> recoveries) {
    var rows = new ArrayList<List<Object>>();
    for (Recovery recovery : recoveries) {
      for (RecoveryPoint point : recovery.points()) {
        rows.add(
            DataTable.row(
                recovery.fromStep() == null ? "control" : recovery.fromStep(),
                recovery.questions(),
                point.step(),
                point.exactMatch(),
                point.firstToken()));
      }
    }
    return new DataTable(
        name, List.of("from_step", "questions", "step", "exact_match", "first_token"), rows);
  }
}
