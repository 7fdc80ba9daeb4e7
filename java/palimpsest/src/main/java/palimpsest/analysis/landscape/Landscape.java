package palimpsest.analysis.landscape;

import java.util.ArrayList;
import java.util.List;
import palimpsest.analysis.DataTable;
import palimpsest.analysis.Findings;

/**
 * Losses of both tasks on the plane through step a, step b and the end of task 1, and the way that
 * training took, seen from there. Losses are nats a token.
 *
 * @param a a step of task 1, at (0, 0)
 * @param b a step of task 1, at (1, 0)
 * @param end the last step of task 1, at (1, 1)
 * @param questions of each task behind every loss of the grid
 * @param allQuestions of each task behind the losses on all questions
 * @param x columns of the grid
 * @param y rows of the grid
 * @param task0 a row for each of {@code y}, a loss for each of {@code x}
 * @param task1 likewise
 * @param trajectory every checkpoint kept along task 1, in order
 * @param lengthX Euclidean length of the step from a to b
 * @param lengthY Euclidean length of the step from b to the end
 * @param cosine of the angle between the two
 */
public record Landscape(
    int a,
    int b,
    int end,
    List<Integer> questions,
    List<Integer> allQuestions,
    List<Double> x,
    List<Double> y,
    List<List<Double>> task0,
    List<List<Double>> task1,
    List<Place> trajectory,
    double lengthX,
    double lengthY,
    double cosine)
    implements Findings {

  /**
   * A checkpoint, seen from the plane.
   *
   * @param x of its nearest point of the plane
   * @param y of its nearest point of the plane
   * @param outside share of the way from a that leads off the plane, see {@link Plane.Projection}
   * @param plane losses at that nearest point, on the grid's questions
   * @param model losses of the checkpoint itself, on the grid's questions
   * @param modelOnAll losses of the checkpoint itself, on all questions
   */
  public record Place(
      int step,
      double x,
      double y,
      double outside,
      TaskLosses plane,
      TaskLosses model,
      TaskLosses modelOnAll) {}

  /** The checkpoint after so many steps. */
  public Place at(int step) {
    return trajectory.stream().filter(place -> place.step() == step).findFirst().orElseThrow();
  }

  @Override
  public List<DataTable> tables() {
    return List.of(gridTable(), trajectoryTable());
  }

  private DataTable gridTable() {
    var rows = new ArrayList<List<Object>>();
    for (int row = 0; row < y.size(); row++) {
      for (int column = 0; column < x.size(); column++) {
        rows.add(
            DataTable.row(
                x.get(column), y.get(row), task0.get(row).get(column), task1.get(row).get(column)));
      }
    }
    return new DataTable("grid", List.of("x", "y", "task0_loss", "task1_loss"), rows);
  }

  private DataTable trajectoryTable() {
    var rows = new ArrayList<List<Object>>();
    for (Place place : trajectory) {
      rows.add(
          DataTable.row(
              place.step(),
              place.x(),
              place.y(),
              place.outside(),
              place.plane().task0(),
              place.model().task0(),
              place.modelOnAll().task0(),
              place.plane().task1(),
              place.model().task1(),
              place.modelOnAll().task1()));
    }
    return new DataTable(
        "trajectory",
        List.of(
            "step",
            "x",
            "y",
            "outside",
            "task0_plane_loss",
            "task0_loss",
            "task0_loss_all_questions",
            "task1_plane_loss",
            "task1_loss",
            "task1_loss_all_questions"),
        rows);
  }
}
