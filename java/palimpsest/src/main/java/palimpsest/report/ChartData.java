package palimpsest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import palimpsest.report.Results.Accuracy;
import palimpsest.report.Results.CurvePoint;
import palimpsest.report.Results.Method;
import palimpsest.report.Results.RecoveryPoint;
import palimpsest.report.Results.Score;
import palimpsest.report.Results.Statistic;
import palimpsest.report.Results.Task;

/** What the page's charts draw. Methods are named by their place in {@code methods}. */
record ChartData(
    List<String> methods,
    int seeds,
    Story story,
    List<Panel> panels,
    Bars bars,
    TradeOff tradeOff,
    List<Recovery> recoveries) {

  private static final int MOST_SEED_LINES = 40;

  /**
   * Task 0 of one method while it collapses and comes back, on one axis of steps.
   *
   * @param turn the step at which retraining begins
   * @param control the control's retraining, as if it began there too
   */
  record Story(
      int method, int turn, List<Point> down, List<Point> back, List<Point> control, Point floor) {}

  /** An evaluated step with its two accuracies. */
  record Point(int step, Double exact, Double first) {
    Point {
      exact = rounded(exact);
      first = rounded(first);
    }

    /** More digits than these no chart shows. */
    private static Double rounded(Double share) {
      return share == null ? null : Math.rint(share * 1e5) / 1e5;
    }
  }

  /**
   * @param last the last step of any seed
   * @param mean at the steps that every seed has
   * @param seeds a line for each, unless there is one seed or there are too many lines to tell
   *     apart
   */
  record Lines(int method, int last, List<Point> mean, List<List<Point>> seeds) {}

  /**
   * One quantity over the steps of one task.
   *
   * @param training the task being learned
   * @param floor what always giving the most frequent answers scores; may be {@code null}
   */
  record Panel(
      String id, int training, String title, String detail, Point floor, List<Lines> lines) {}

  /** One value a seed, and their mean with its interval. */
  record Bar(int method, List<Double> values, Double mean, Double ci95) {}

  record Bars(Double before, Double floor, List<Bar> bars) {}

  /** Means and intervals at each threshold. */
  record Trade(int method, List<Double> means, List<Double> ci95) {}

  record TradeOff(List<String> thresholds, Double floor, List<Trade> lines) {}

  /** Means over seeds of one method's three recovery curves. */
  record Recovery(
      int method,
      Integer earlyStep,
      List<Point> early,
      List<Point> last,
      List<Point> control,
      Double before,
      Double floor) {}

  static ChartData of(Overview overview) {
    List<Panel> panels = panels(overview);
    List<Recovery> recoveries = recoveries(overview);
    return new ChartData(
        overview.methods(),
        overview.seeds(),
        story(panels, recoveries),
        panels,
        bars(overview),
        tradeOff(overview),
        recoveries);
  }

  /** The first method's, if both halves were measured; else {@code null}. */
  private static Story story(List<Panel> panels, List<Recovery> recoveries) {
    if (panels.isEmpty() || recoveries.isEmpty()) {
      return null;
    }
    Panel panel = panels.getFirst();
    Recovery recovery = recoveries.getFirst();
    Lines lines = panel.lines().getFirst();
    Integer turn = recovery.earlyStep();
    if (lines.method() != recovery.method() || turn == null || recovery.early().isEmpty()) {
      return null;
    }
    List<Point> down = lines.mean().stream().filter(point -> point.step() <= turn).toList();
    return down.isEmpty()
        ? null
        : new Story(
            recovery.method(),
            turn,
            down,
            shifted(recovery.early(), turn),
            shifted(recovery.control(), turn),
            panel.floor());
  }

  private static List<Point> shifted(List<Point> points, int steps) {
    return points.stream()
        .map(point -> new Point(point.step() + steps, point.exact(), point.first()))
        .toList();
  }

  private static List<Panel> panels(Overview overview) {
    var panels = new ArrayList<Panel>();
    for (Task trained : overview.results().tasks()) {
      for (Task task : overview.results().tasks()) {
        if (trained.task() >= 1 && task.task() <= trained.task()) {
          panels.add(taskPanel(overview, trained.task(), task));
        }
      }
      if (trained.task() >= 1) {
        panels.add(
            panel(
                overview,
                "recall-" + trained.task(),
                trained.task(),
                "Biographies still known",
                "value after a name and the opening of a sentence, held-out people",
                null,
                CurvePoint::bioRecall));
      }
    }
    panels.removeIf(panel -> panel.lines().isEmpty());
    return panels;
  }

  private static Panel taskPanel(Overview overview, int training, Task task) {
    String split = new Measured(overview.results().tasks(), null).curveSplit(task.task());
    return panel(
        overview,
        "task-" + training + "-" + task.task(),
        training,
        Overview.title(task),
        split.equals("dev") ? "held-out people, dev split" : "all questions",
        new Point(0, overview.floorExact(task.task()), overview.floorFirst(task.task())),
        point -> {
          Score score = Measured.find(point.scores(), task.task(), split);
          return score == null ? null : new Accuracy(score.exactMatch(), score.firstToken());
        });
  }

  private static Panel panel(
      Overview overview,
      String id,
      int training,
      String title,
      String detail,
      Point floor,
      Function<CurvePoint, Accuracy> reading) {
    var lines = new ArrayList<Lines>();
    boolean eachSeed =
        overview.seeds() > 1 && overview.seeds() * overview.methods().size() <= MOST_SEED_LINES;
    for (int m = 0; m < overview.methods().size(); m++) {
      List<List<Point>> seeds =
          overview.runsOf(overview.methods().get(m)).stream()
              .filter(Objects::nonNull)
              .map(method -> points(method, training, reading))
              .filter(points -> !points.isEmpty())
              .toList();
      if (!seeds.isEmpty()) {
        int last = seeds.stream().mapToInt(points -> points.getLast().step()).max().orElse(0);
        lines.add(new Lines(m, last, mean(seeds), eachSeed ? seeds : List.of()));
      }
    }
    return new Panel(id, training, title, detail, floor, lines);
  }

  private static List<Point> points(
      Method method, int training, Function<CurvePoint, Accuracy> reading) {
    var points = new ArrayList<Point>();
    for (CurvePoint point : method.curve()) {
      Accuracy accuracy = point.training() == training ? reading.apply(point) : null;
      if (accuracy != null && accuracy.exactMatch() != null) {
        points.add(new Point(point.step(), accuracy.exactMatch(), accuracy.firstToken()));
      }
    }
    return points;
  }

  /** The mean at the steps that every line has: no step mixes fewer seeds than another. */
  static List<Point> mean(List<List<Point>> lines) {
    Map<Integer, List<Point>> byStep = new TreeMap<>();
    for (List<Point> line : lines) {
      for (Point point : line) {
        byStep.computeIfAbsent(point.step(), step -> new ArrayList<>()).add(point);
      }
    }
    var mean = new ArrayList<Point>();
    byStep.forEach(
        (step, points) -> {
          if (points.size() == lines.size()) {
            mean.add(
                new Point(
                    step,
                    Overview.meanOf(points.stream().map(Point::exact).toList()),
                    Overview.meanOf(points.stream().map(Point::first).toList())));
          }
        });
    return mean;
  }

  private static Bars bars(Overview overview) {
    var bars = new ArrayList<Bar>();
    for (int m = 0; m < overview.methods().size(); m++) {
      Statistic statistic = overview.of(overview.methods().get(m), Quantity.MATCHED);
      bars.add(new Bar(m, statistic.values(), statistic.mean(), statistic.ci95()));
    }
    return new Bars(overview.mean(overview.told(), Quantity.BEFORE), overview.floorExact(0), bars);
  }

  private static TradeOff tradeOff(Overview overview) {
    var lines = new ArrayList<Trade>();
    for (int m = 0; m < overview.methods().size(); m++) {
      String method = overview.methods().get(m);
      var means = new ArrayList<Double>();
      var intervals = new ArrayList<Double>();
      for (Quantity quantity : Quantity.atThresholds()) {
        means.add(overview.of(method, quantity).mean());
        intervals.add(overview.of(method, quantity).ci95());
      }
      lines.add(new Trade(m, means, intervals));
    }
    return new TradeOff(Results.THRESHOLDS, overview.floorExact(0), lines);
  }

  private static List<Recovery> recoveries(Overview overview) {
    var recoveries = new ArrayList<Recovery>();
    for (int m = 0; m < overview.methods().size(); m++) {
      String name = overview.methods().get(m);
      List<Measured> measured =
          overview.runsOf(name).stream()
              .filter(method -> method != null && method.recovery() != null)
              .map(method -> new Measured(overview.results().tasks(), method))
              .toList();
      if (!measured.isEmpty()) {
        recoveries.add(
            new Recovery(
                m,
                measured.getFirst().earlyStep(),
                meanRecovery(measured, Measured::earlyCurve),
                meanRecovery(measured, Measured::lastCurve),
                meanRecovery(measured, Measured::controlCurve),
                overview.mean(name, Quantity.BEFORE),
                overview.floorExact(0)));
      }
    }
    return recoveries;
  }

  private static List<Point> meanRecovery(
      List<Measured> measured, Function<Measured, List<RecoveryPoint>> curve) {
    return mean(
        measured.stream()
            .map(
                one ->
                    curve.apply(one).stream()
                        .map(
                            point ->
                                new Point(point.step(), point.exactMatch(), point.firstToken()))
                        .toList())
            .filter(line -> !line.isEmpty())
            .toList());
  }
}
