package palimpsest.report;

import static palimpsest.report.Numbers.decimal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import palimpsest.analysis.landscape.Landscape;
import palimpsest.analysis.landscape.Landscape.Place;
import palimpsest.analysis.landscape.TaskLosses;
import palimpsest.report.HtmlTable.Cell;
import palimpsest.report.Plot.Axis;
import palimpsest.report.Plot.Line;
import palimpsest.report.Plot.Point;
import palimpsest.report.Plot.Style;
import palimpsest.report.Plot.Surface;

/** The loss landscape: both tasks on the plane through step a, step b and the end. */
final class LandscapeSection implements AnalysisSection<Landscape> {
  /** As the paper draws them: dense below 0.2, where a task is known. */
  private static final List<Double> LEVELS =
      List.of(
          0.05, 0.1, 0.15, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.6, 3.2, 3.8, 4.4,
          5.0);

  @Override
  public String name() {
    return "landscape";
  }

  @Override
  public Class<Landscape> type() {
    return Landscape.class;
  }

  @Override
  public Section draw(Landscape found, AnalysisFile.About about) {
    return new Section("Loss landscape: two turns of the way", headline(found))
        .formula("θ(x, y) = θ_a + x (θ_b − θ_a) + y (θ_{end} − θ_b)")
        .words(
            ("With a = %d, b = %d and the end at %d steps of task 1 this is the model itself at"
                    + " (0, 0), (1, 0) and (1, 1), and an invention elsewhere. Both axes are to the"
                    + " scale of the weights: a distance is the length of a step in weight space."
                    + " Losses on %d questions of task 0 about test people and %d of task 1.")
                .formatted(
                    found.a(),
                    found.b(),
                    found.end(),
                    found.questions().getFirst(),
                    found.questions().getLast()))
        .plots(
            map(found, "landscape-0", "Loss of task 0", found.task0()),
            map(found, "landscape-1", "Loss of task 1", found.task1()))
        .words(
            "The line is the way of training, by the checkpoints kept. Only the three named points"
                + " lie on the plane: of the others it shows the nearest point of the plane, over"
                + " all weights (the paper took the first 100,000), and the contour below them is"
                + " not their loss. Their own loss is beside it here.")
        .plots(
            losses(found, "landscape-loss-0", "Task 0: on the plane and itself", TaskLosses::task0),
            losses(found, "landscape-loss-1", "Task 1: on the plane and itself", TaskLosses::task1))
        .table(trajectoryTable(found))
        .table(geometry(found))
        .table(published(found));
  }

  private static String headline(Landscape found) {
    Place a = found.at(found.a());
    Place b = found.at(found.b());
    Place end = found.at(found.end());
    return ("From step %d to %d the loss of task 0 goes from %s to %s nats while that of task 1"
            + " goes from %s to %s; from there to the end, task 1's goes to %s and task 0's to %s."
            + " The two directions have a cosine of %s, and the second is %s times as long.")
        .formatted(
            found.a(),
            found.b(),
            decimal(a.modelOnAll().task0(), 3),
            decimal(b.modelOnAll().task0(), 2),
            decimal(a.modelOnAll().task1(), 2),
            decimal(b.modelOnAll().task1(), 2),
            decimal(end.modelOnAll().task1(), 3),
            decimal(end.modelOnAll().task0(), 2),
            decimal(found.cosine(), 2),
            decimal(found.lengthY() / found.lengthX(), 1));
  }

  /** As the paper draws it: the later direction to the right, the earlier one upwards. */
  private static Plot map(Landscape found, String id, String title, List<List<Double>> rowsOfX) {
    List<Double> across = scaled(found.y(), found.lengthY());
    List<Double> upwards = scaled(found.x(), found.lengthX());
    return Plot.of(
            id,
            title,
            Axis.of("step b to the end").between(across.getFirst(), across.getLast()),
            Axis.of("step a to b").between(upwards.getFirst(), upwards.getLast()),
            List.of(way(found)))
        .detail("nats a token")
        .label(title + " on the plane, with the way of training")
        .tall()
        .surface(new Surface(across, upwards, transposed(rowsOfX), LEVELS));
  }

  private static Line way(Landscape found) {
    List<Point> points = new ArrayList<>();
    for (Place place : found.trajectory()) {
      boolean anchor =
          place.step() == found.a() || place.step() == found.b() || place.step() == found.end();
      points.add(
          new Point(
              place.y() * found.lengthY(),
              place.x() * found.lengthX(),
              "step %d: task 0 %s, task 1 %s nats; off the plane %s of the way from a"
                  .formatted(
                      place.step(),
                      decimal(place.model().task0(), 3),
                      decimal(place.model().task1(), 3),
                      Numbers.wholePercent(place.outside())),
              anchor ? "step " + place.step() : null));
    }
    return Line.unnamed("training", Line.INK, Style.LINE, points);
  }

  private static List<Double> scaled(List<Double> places, double length) {
    return places.stream().map(place -> place * length).toList();
  }

  /** A row for each of x instead of each of y. */
  private static List<List<Double>> transposed(List<List<Double>> rows) {
    List<List<Double>> columns = new ArrayList<>();
    for (int column = 0; column < rows.getFirst().size(); column++) {
      int fixed = column;
      columns.add(rows.stream().map(row -> rounded(row.get(fixed))).toList());
    }
    return columns;
  }

  /** More digits than these no chart shows. */
  private static double rounded(double loss) {
    return Math.rint(loss * 1e4) / 1e4;
  }

  private static Plot losses(
      Landscape found, String id, String title, ToDoubleFunction<TaskLosses> task) {
    return Plot.of(
            id,
            title,
            Axis.of("steps of task 1"),
            Axis.logarithmic("nats a token"),
            List.of(
                line("itself", 0, Style.LINE, found, place -> task.applyAsDouble(place.model())),
                line(
                    "plane",
                    Line.CONTROL,
                    Style.DOTTED,
                    found,
                    place -> task.applyAsDouble(place.plane()))))
        .detail("on the grid's questions")
        .label(title + "; the table below has the numbers");
  }

  private static Line line(
      String name, int colour, Style style, Landscape found, ToDoubleFunction<Place> loss) {
    return Line.of(
        name,
        colour,
        style,
        found.trajectory().stream()
            .map(
                place ->
                    new Point(
                        place.step(),
                        loss.applyAsDouble(place),
                        "%s at step %d: %s nats"
                            .formatted(name, place.step(), decimal(loss.applyAsDouble(place), 4)),
                        null))
            .toList());
  }

  private static HtmlTable trajectoryTable(Landscape found) {
    var table =
        new HtmlTable(
            "Every checkpoint: true loss, and the plane's at its nearest point",
            List.of(
                Cell.words("Step"),
                Cell.of("x", "a to b"),
                Cell.of("y", "b to the end"),
                Cell.formula("Off the plane", "‖θ − θ(x, y)‖ / ‖θ − θ_a‖"),
                Cell.of("Task 0", "plane below"),
                Cell.of("on all", questions(found.allQuestions().getFirst())),
                Cell.of("Task 1", "plane below"),
                Cell.of("on all", questions(found.allQuestions().getLast()))));
    for (Place place : found.trajectory()) {
      table.row(
          Cell.words(String.valueOf(place.step())),
          List.of(
              Cell.of(decimal(place.x(), 2)),
              Cell.of(decimal(place.y(), 2)),
              Cell.of(Numbers.percent(place.outside())),
              Cell.of(decimal(place.model().task0(), 4), decimal(place.plane().task0(), 4)),
              Cell.of(decimal(place.modelOnAll().task0(), 4)),
              Cell.of(decimal(place.model().task1(), 4), decimal(place.plane().task1(), 4)),
              Cell.of(decimal(place.modelOnAll().task1(), 4))));
    }
    return table;
  }

  private static String questions(int count) {
    return Numbers.count(count) + " questions";
  }

  private static HtmlTable geometry(Landscape found) {
    return new HtmlTable("The two directions", List.of(Cell.words("Quantity"), Cell.of("Value")))
        .row(
            Cell.formula("First direction", "‖θ_b − θ_a‖"),
            List.of(Cell.of(decimal(found.lengthX(), 3))))
        .row(
            Cell.formula("Second direction", "‖θ_{end} − θ_b‖"),
            List.of(Cell.of(decimal(found.lengthY(), 3))))
        .row(
            Cell.formula("Cosine", "(θ_b − θ_a)·(θ_{end} − θ_b) / (‖θ_b − θ_a‖ ‖θ_{end} − θ_b‖)"),
            List.of(Cell.of(decimal(found.cosine(), 3))));
  }

  private static HtmlTable published(Landscape found) {
    Place a = found.at(found.a());
    Place b = found.at(found.b());
    Place end = found.at(found.end());
    return new Published()
        .row(
            "Loss of task 0 at a and b",
            "0.003 and 0.93",
            decimal(a.modelOnAll().task0(), 3) + " and " + decimal(b.modelOnAll().task0(), 2),
            "steps 100 and 150 there, %d and %d here".formatted(found.a(), found.b()))
        .row(
            "Loss of task 1 at a and b",
            "4.2 and 2.0",
            decimal(a.modelOnAll().task1(), 2) + " and " + decimal(b.modelOnAll().task1(), 2),
            "a smaller vocabulary and smaller pools of names and places: guessing costs less")
        .row(
            "Loss of task 0 at the end",
            "~2.4",
            decimal(end.modelOnAll().task0(), 2),
            "62,500 steps there, %s here".formatted(Numbers.count(found.end())))
        .table();
  }
}
