package palimpsest.lab.analyze;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import palimpsest.analysis.Window;
import palimpsest.analysis.landscape.Grid;
import palimpsest.analysis.landscape.Landscape;
import palimpsest.analysis.landscape.Plane;
import palimpsest.analysis.landscape.Survey;
import palimpsest.analysis.landscape.TaskLosses;
import palimpsest.base.UserException;
import palimpsest.lab.Checkpoint;

/** Losses of both tasks on the plane through step a, step b and the end of task 1. */
final class LandscapeAnalysis implements Analysis {
  private static final int QUESTIONS = 150;

  private final Grid grid;

  LandscapeAnalysis(Grid grid) {
    this.grid = grid;
  }

  @Override
  public String name() {
    return "landscape";
  }

  @Override
  public String about() {
    return "losses on the plane through step a, step b and the end of task 1";
  }

  @Override
  public List<Checkpoint> needs(AnalysisContext context) {
    return List.of(
        new Checkpoint.Task1(context.window().a()),
        new Checkpoint.Task1(context.window().b()),
        new Checkpoint.Task1(context.checkpoints().lastStep()));
  }

  @Override
  public Landscape run(AnalysisContext context) {
    Plane plane = plane(context);
    int weights = (int) context.layout().length();
    try (var some = new TaskQuestions(context, QUESTIONS);
        var all = new TaskQuestions(context, Integer.MAX_VALUE)) {
      var survey = new Survey(plane, some, weights);
      List<Landscape.Place> trajectory = trajectory(context, plane, survey, some, all);
      List<TaskLosses> losses = survey.at(grid.places(), context::advanced);
      return new Landscape(
          context.window().a(),
          context.window().b(),
          context.checkpoints().lastStep(),
          some.counts(),
          all.counts(),
          grid.xs(),
          grid.ys(),
          rows(losses.stream().map(TaskLosses::task0).toList()),
          rows(losses.stream().map(TaskLosses::task1).toList()),
          trajectory,
          plane.lengthX(),
          plane.lengthY(),
          plane.cosine());
    }
  }

  /** Every checkpoint along task 1, as many at once as there are lanes. */
  private static List<Landscape.Place> trajectory(
      AnalysisContext context, Plane plane, Survey survey, TaskQuestions some, TaskQuestions all) {
    List<Integer> steps = context.checkpoints().task1Steps();
    List<Landscape.Place> trajectory = new ArrayList<>();
    for (int first = 0; first < steps.size(); first += some.atOnce()) {
      List<Integer> together = steps.subList(first, Math.min(first + some.atOnce(), steps.size()));
      List<float[]> models =
          together.stream().map(step -> context.weights(new Checkpoint.Task1(step))).toList();
      List<TaskLosses> onSome = some.at(models);
      List<TaskLosses> onAll = all.at(models);
      for (int i = 0; i < models.size(); i++) {
        Plane.Projection seen = project(context, plane, together.get(i), models.get(i));
        var nearest = List.of(new Plane.Coordinates(seen.x(), seen.y()));
        trajectory.add(
            new Landscape.Place(
                together.get(i),
                seen.x(),
                seen.y(),
                seen.outside(),
                survey.at(nearest, _ -> {}).getFirst(),
                onSome.get(i),
                onAll.get(i)));
      }
      context.advanced(0);
    }
    return trajectory;
  }

  private static Plane plane(AnalysisContext context) {
    Window window = context.window();
    int end = context.checkpoints().lastStep();
    if (window.b() == end) {
      throw new UserException(
          "landscape: task 1 ended at step b = %d, so that there are no three points; name an"
                  .formatted(end)
              + " earlier one with --b");
    }
    return new Plane(
        context.weights(new Checkpoint.Task1(window.a())),
        context.weights(new Checkpoint.Task1(window.b())),
        context.weights(new Checkpoint.Task1(end)));
  }

  /** By least squares; the three points that span the plane are where they are by definition. */
  private static Plane.Projection project(
      AnalysisContext context, Plane plane, int step, float[] weights) {
    Map<Integer, Plane.Projection> anchors =
        Map.of(
            context.window().a(), new Plane.Projection(0, 0, 0),
            context.window().b(), new Plane.Projection(1, 0, 0),
            context.checkpoints().lastStep(), new Plane.Projection(1, 1, 0));
    return anchors.containsKey(step) ? anchors.get(step) : plane.project(weights);
  }

  private List<List<Double>> rows(List<Double> losses) {
    int columns = grid.xs().size();
    List<List<Double>> rows = new ArrayList<>();
    for (int first = 0; first < losses.size(); first += columns) {
      rows.add(losses.subList(first, first + columns));
    }
    return rows;
  }
}
