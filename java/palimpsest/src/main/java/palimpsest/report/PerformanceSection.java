package palimpsest.report;

import static palimpsest.report.Numbers.percent;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import palimpsest.analysis.performance.Performance;
import palimpsest.analysis.performance.Performance.Accuracy;
import palimpsest.analysis.performance.Performance.CurvePoint;
import palimpsest.analysis.performance.Performance.Recovery;
import palimpsest.analysis.performance.Performance.RecoveryPoint;
import palimpsest.analysis.performance.Performance.Score;
import palimpsest.report.HtmlTable.Cell;
import palimpsest.report.Plot.Axis;
import palimpsest.report.Plot.Line;
import palimpsest.report.Plot.Mark;
import palimpsest.report.Plot.Point;
import palimpsest.report.Plot.Style;

/** Accuracies and losses over task 1, and what retraining brings back from along it. */
final class PerformanceSection implements AnalysisSection<Performance> {
  private static final int TASK0 = 0;
  private static final int TASK1 = 1;
  private static final int RECALL = 2;

  @Override
  public String name() {
    return "performance";
  }

  @Override
  public Class<Performance> type() {
    return Performance.class;
  }

  @Override
  public Section draw(Performance found, AnalysisFile.About about) {
    return new Section("Performance: when it goes, and what comes back", headline(found, about))
        .words(
            "Exact match (solid) and first token (dashed): of task 0 on dev people, whose questions"
                + " were never learned; of task 1 on the first of its new people. Bio recall is the"
                + " value after a name and the opening of a biography's sentence: it asks the"
                + " weights without the format of questions.")
        .plots(
            accuracies("performance-early", "Around the loss", early(found, about))
                .marks(marks(found, about)),
            accuracies("performance-curve", "All of task 1", found.curve()).marks(floors(found)))
        .plots(losses(found, about))
        .details(curveTable(found))
        .words(
            "Task 0 is retrained from each checkpoint by one recipe, with the same questions in the"
                + " same order; the control begins at the pretrained model, to which no question"
                + " was ever asked. The first plot has the same metric before and after retraining,"
                + " exact match on test people; the paper drew first tokens before and exact match"
                + " after.")
        .plots(recovered(found), recoveryCurves(found))
        .table(recoveryTable(found))
        .plots(budgets(found))
        .table(published(found, about));
  }

  private static String headline(Performance found, AnalysisFile.About about) {
    CurvePoint a = at(found, about.window().a());
    CurvePoint b = at(found, about.window().b());
    Recovery early = from(found, about.window().b());
    Recovery end = end(found);
    return ("Task 0 goes from %s at step %d of task 1 to %s at step %d (floor %s), while task 1 "
            + "stands at %s. Retraining brings it back to %s from there and to %s from the end, "
            + "and a model that was never asked a question to %s.")
        .formatted(
            percent(a.task0().exactMatch()),
            a.step(),
            percent(b.task0().exactMatch()),
            b.step(),
            percent(found.floors().getFirst().exactMatch()),
            percent(b.task1().exactMatch()),
            percent(early.last().exactMatch()),
            percent(end.last().exactMatch()),
            percent(control(found).last().exactMatch()));
  }

  /** The last evaluation up to a step. */
  private static CurvePoint at(Performance found, int step) {
    return found.curve().stream()
        .filter(point -> point.step() <= step)
        .max(Comparator.comparingInt(CurvePoint::step))
        .orElseThrow();
  }

  private static Recovery from(Performance found, int step) {
    return found.recoveries().stream()
        .filter(recovery -> Objects.equals(recovery.fromStep(), step))
        .findFirst()
        .orElseThrow();
  }

  private static Recovery end(Performance found) {
    return found.recoveries().stream()
        .filter(recovery -> recovery.fromStep() != null)
        .max(Comparator.comparingInt(Recovery::fromStep))
        .orElseThrow();
  }

  private static Recovery control(Performance found) {
    return found.recoveries().stream()
        .filter(recovery -> recovery.fromStep() == null)
        .findFirst()
        .orElseThrow();
  }

  private static List<CurvePoint> early(Performance found, AnalysisFile.About about) {
    int until = (int) (2.5 * about.window().b());
    return found.curve().stream().filter(point -> point.step() <= until).toList();
  }

  private static Plot accuracies(String id, String title, List<CurvePoint> points) {
    List<Line> lines = new ArrayList<>();
    lines.add(line("task 0", TASK0, Style.LINE, points, p -> p.task0().exactMatch()));
    lines.add(
        line("task 0, first token", TASK0, Style.DASHED, points, p -> p.task0().firstToken()));
    lines.add(line("task 1", TASK1, Style.LINE, points, p -> p.task1().exactMatch()));
    lines.add(
        line("task 1, first token", TASK1, Style.DASHED, points, p -> p.task1().firstToken()));
    lines.add(line("bio recall", RECALL, Style.LINE, points, p -> p.recall().exactMatch()));
    double last = points.getLast().step();
    return Plot.of(id, title, Axis.of("steps of task 1").between(0.0, last), Axis.share(""), lines)
        .detail("step %d to %d".formatted(points.getFirst().step(), points.getLast().step()))
        .label("Accuracies of both tasks over the steps of task 1; the table below has the numbers")
        .tall();
  }

  private static List<Mark> marks(Performance found, AnalysisFile.About about) {
    List<Mark> marks = new ArrayList<>(window(about));
    marks.addAll(floors(found));
    return marks;
  }

  /** What always giving the most frequent answers of task 0 scores. */
  private static List<Mark> floors(Performance found) {
    Accuracy floor = found.floors().getFirst();
    return List.of(
        Mark.yRight(floor.exactMatch(), "floor " + percent(floor.exactMatch())),
        Mark.y(floor.firstToken(), ""));
  }

  private static List<Mark> window(AnalysisFile.About about) {
    return List.of(Mark.x(about.window().a(), "a"), Mark.x(about.window().b(), "b"));
  }

  private static Line line(
      String name,
      int colour,
      Style style,
      List<CurvePoint> curve,
      Function<CurvePoint, Double> value) {
    List<Point> points =
        curve.stream()
            .filter(point -> value.apply(point) != null)
            .map(
                point ->
                    new Point(
                        point.step(),
                        value.apply(point),
                        "%s at step %d: %s"
                            .formatted(name, point.step(), percent(value.apply(point))),
                        null))
            .toList();
    return style == Style.LINE
        ? Line.of(name, colour, style, points)
        : Line.unnamed(name, colour, style, points);
  }

  private static Plot losses(Performance found, AnalysisFile.About about) {
    return Plot.of(
            "performance-loss",
            "True loss",
            Axis.of("steps of task 1"),
            Axis.logarithmic("nats a token"),
            List.of(
                loss("task 0", TASK0, found, CurvePoint::task0),
                loss("task 1", TASK1, found, CurvePoint::task1)))
        .detail("of the model itself, over answer and end tokens")
        .label("The loss of both tasks over the steps of task 1; the table below has the numbers")
        .marks(window(about));
  }

  private static Line loss(
      String name, int colour, Performance found, Function<CurvePoint, Score> task) {
    return Line.of(
        name,
        colour,
        Style.LINE,
        found.curve().stream()
            .filter(point -> task.apply(point).loss() != null)
            .map(
                point ->
                    new Point(
                        point.step(),
                        task.apply(point).loss(),
                        "%s at step %d: %s nats"
                            .formatted(
                                name, point.step(), Numbers.decimal(task.apply(point).loss(), 4)),
                        null))
            .toList());
  }

  private static HtmlTable curveTable(Performance found) {
    var table =
        new HtmlTable(
            "Over task 1: exact match, first token below; loss in nats a token",
            List.of(
                Cell.words("Step"),
                Cell.of("Task 0"),
                Cell.of("Loss"),
                Cell.of("Task 1"),
                Cell.of("Loss"),
                Cell.of("Bio recall")));
    for (CurvePoint point : found.curve()) {
      table.row(
          Cell.words(String.valueOf(point.step())),
          List.of(
              both(point.task0().exactMatch(), point.task0().firstToken()),
              Cell.of(Numbers.decimal(point.task0().loss(), 4)),
              both(point.task1().exactMatch(), point.task1().firstToken()),
              Cell.of(Numbers.decimal(point.task1().loss(), 4)),
              both(point.recall().exactMatch(), point.recall().firstToken())));
    }
    for (int task = 0; task < found.floors().size(); task++) {
      Accuracy floor = found.floors().get(task);
      table.row(
          Cell.words("Floor of task " + task),
          List.of(
              task == 0 ? both(floor.exactMatch(), floor.firstToken()) : Cell.of(""),
              Cell.of(""),
              task == 1 ? both(floor.exactMatch(), floor.firstToken()) : Cell.of(""),
              Cell.of(""),
              Cell.of("")));
    }
    return table;
  }

  private static Cell both(Double exact, Double first) {
    return Cell.of(percent(exact), percent(first));
  }

  /** The paper's figure: task 0 at each checkpoint, before and after retraining. */
  private static Plot recovered(Performance found) {
    List<Recovery> along =
        found.recoveries().stream().filter(recovery -> recovery.fromStep() != null).toList();
    double control = control(found).last().exactMatch();
    return Plot.of(
            "performance-recovered",
            "Task 0 at each checkpoint",
            Axis.of("steps of task 1"),
            Axis.share(""),
            List.of(
                Line.of("retrained", TASK0, Style.LINE, points(along, Recovery::last)),
                Line.of(
                    "as it is",
                    Line.INK,
                    Style.DASHED,
                    points(along, recovery -> recovery.points().getFirst()))))
        .detail("as it is, and retrained")
        .label("Task 0 before and after retraining; the table below has the numbers")
        .tall()
        .marks(List.of(Mark.y(control, "control " + percent(control))));
  }

  private static List<Point> points(List<Recovery> along, Function<Recovery, RecoveryPoint> which) {
    return along.stream()
        .map(
            recovery ->
                new Point(
                    recovery.fromStep(),
                    which.apply(recovery).exactMatch(),
                    "%s after %d steps of retraining: %s"
                        .formatted(
                            start(recovery),
                            which.apply(recovery).step(),
                            percent(which.apply(recovery).exactMatch())),
                    null))
        .toList();
  }

  private static Plot recoveryCurves(Performance found) {
    List<Line> lines = new ArrayList<>();
    List<Recovery> recoveries = found.recoveries();
    for (int i = 0; i < recoveries.size(); i++) {
      Recovery recovery = recoveries.get(i);
      boolean control = recovery.fromStep() == null;
      int colour =
          control ? Line.CONTROL : Line.ramp(i / (double) Math.max(1, recoveries.size() - 2));
      lines.add(
          Line.unnamed(
              start(recovery),
              colour,
              control ? Style.DOTTED : Style.LINE,
              recovery.points().stream()
                  .map(
                      point ->
                          new Point(
                              point.step(),
                              point.exactMatch(),
                              "%s, after %d steps: %s"
                                  .formatted(
                                      start(recovery), point.step(), percent(point.exactMatch())),
                              null))
                  .toList()));
    }
    return Plot.of(
            "performance-recovery",
            "While it is retrained",
            Axis.of("steps of retraining on task 0"),
            Axis.share(""),
            lines)
        .detail("a line a checkpoint, from the first to the last; dots: the control")
        .label("Recovery curves from every checkpoint; the table below has the numbers")
        .tall();
  }

  private static String start(Recovery recovery) {
    return recovery.fromStep() == null ? "control" : "from step " + recovery.fromStep();
  }

  private static HtmlTable recoveryTable(Performance found) {
    var table =
        new HtmlTable(
            "Task 0 on test people, by where retraining begins: exact match, first token below",
            List.of(
                Cell.words("Begins"),
                Cell.of("As it is"),
                Cell.of("Retrained"),
                Cell.formula("Share of before", "retrained / before task 1"),
                Cell.formula("Steps to 90\u202f%", "of the exact match before task 1"),
                Cell.formula("Savings", "1 − steps from here / steps of the control")));
    Integer controlSteps = control(found).stepsTo90();
    for (Recovery recovery : found.recoveries()) {
      RecoveryPoint first = recovery.points().getFirst();
      Integer steps = recovery.stepsTo90();
      table.row(
          Cell.words(start(recovery)),
          List.of(
              both(first.exactMatch(), first.firstToken()),
              both(recovery.last().exactMatch(), recovery.last().firstToken()),
              Cell.of(percent(share(recovery.last().exactMatch(), found.before().exactMatch()))),
              steps == null ? Cell.missing(Numbers.NOT_REACHED) : Cell.of(steps.toString()),
              Cell.of(
                  steps == null || controlSteps == null || controlSteps == 0
                      ? Numbers.NONE
                      : percent(1 - steps / (double) controlSteps))));
    }
    return table;
  }

  private static Double share(Double part, Double whole) {
    return whole == null || whole == 0 ? null : part / whole;
  }

  private static Plot budgets(Performance found) {
    List<Line> lines = new ArrayList<>();
    List<Integer> starts = found.budgets().stream().map(Recovery::fromStep).distinct().toList();
    for (int i = 0; i < starts.size(); i++) {
      Integer start = starts.get(i);
      List<Recovery> some = new ArrayList<>(found.budgets());
      some.addAll(found.recoveries());
      some.removeIf(recovery -> !Objects.equals(recovery.fromStep(), start));
      lines.add(
          Line.of(
              start(some.getFirst()),
              start == null ? Line.CONTROL : i,
              start == null ? Style.DOTTED : Style.LINE,
              some.stream()
                  .map(
                      recovery ->
                          new Point(
                              recovery.questions(),
                              recovery.last().exactMatch(),
                              "%s, %s questions: %s"
                                  .formatted(
                                      start(recovery),
                                      Numbers.count(recovery.questions()),
                                      percent(recovery.last().exactMatch())),
                              null))
                  .toList()));
    }
    return Plot.of(
            "performance-budgets",
            "Retrained with few questions",
            Axis.logarithmic("distinct questions to learn from"),
            Axis.share(""),
            lines)
        .detail("the same recipe and steps, over and over the same questions")
        .label("Task 0 after retraining with 10, 100 and 1,000 questions");
  }

  private static HtmlTable published(Performance found, AnalysisFile.About about) {
    CurvePoint b = at(found, about.window().b());
    return new Published()
        .row(
            "Task 0 before task 1",
            "~100\u202f%",
            percent(found.before().exactMatch()),
            "exact match on held-out people in both")
        .row(
            "Task 0 when it is lost, first token",
            "~10\u202f% at step 150",
            "%s at step %d".formatted(percent(b.task0().firstToken()), b.step()),
            "the floor is 11.3\u202f%% there and %s here; a higher rate makes it sooner"
                .formatted(percent(found.floors().getFirst().firstToken())))
        .row(
            "Task 0 retrained, from early on",
            "~100\u202f%",
            percent(from(found, about.window().b()).last().exactMatch()),
            "no paper number for its control; here it reaches "
                + percent(control(found).last().exactMatch()))
        .row(
            "Task 0 retrained, from the end",
            "96\u202f%",
            percent(end(found).last().exactMatch()),
            "a small model has less room beside what it knew: learning the new people costs it"
                + " some of the old knowledge")
        .table();
  }
}
