package palimpsest.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import palimpsest.report.Plot.Axis;
import palimpsest.report.Plot.Line;
import palimpsest.report.Plot.Mark;
import palimpsest.report.Plot.Point;
import palimpsest.report.Plot.Style;
import palimpsest.report.Results.Method;
import palimpsest.report.Results.Run;
import palimpsest.report.Results.Score;
import palimpsest.report.Results.TradeOff;

/**
 * What a method that merges weights could have been left with: task 0 against the task learned, for
 * each step it might have begun from and each share of the way that might have been taken back.
 */
final class MergingSection {
  private final Overview overview;

  private MergingSection(Overview overview) {
    this.overview = overview;
  }

  /** Empty where no method merges weights. */
  static Optional<Section> of(Overview overview) {
    return new MergingSection(overview).section();
  }

  private Optional<Section> section() {
    List<Plot> plots = new ArrayList<>();
    var headline = new StringBuilder();
    for (String method : overview.methods()) {
      first(method)
          .ifPresent(
              run -> {
                plots.add(plot(method, run));
                headline.append(found(method, run));
              });
    }
    if (plots.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Section("Weights taken back", headline.toString().strip())
            .words(
                ("From the weights of a step, the share α of what the whole of %s changed is"
                        + " subtracted. Each line belongs to one step, from the first (blue) to the"
                        + " last (orange); along it α grows. One seed; dev people, exact match.")
                    .formatted(overview.lastTask()))
            .plots(plots.toArray(Plot[]::new)));
  }

  /** The first seed's that looked at others than the weights it ended with. */
  private Optional<Run> first(String method) {
    return overview.results().runs().stream()
        .filter(run -> run.methods().get(method) != null)
        .filter(run -> !run.methods().get(method).tradeOff().isEmpty())
        .findFirst();
  }

  /** Where both tasks together are known best, and where nothing is taken back at the end. */
  private static String found(String name, Run run) {
    int last = lastTask(run.methods().get(name));
    List<TradeOff> looks = ofLastTask(run.methods().get(name));
    Optional<TradeOff> best =
        looks.stream()
            .filter(look -> point(look, last) != null)
            .max(Comparator.comparingDouble(look -> point(look, last).x() + point(look, last).y()));
    return best.map(
            look ->
                "%s, seed %d: tasks 0 and %d are known best together, %s and %s, with α = %s from step %d. "
                    .formatted(
                        name,
                        run.seed(),
                        last,
                        Numbers.percent(point(look, last).y()),
                        Numbers.percent(point(look, last).x()),
                        look.alpha(),
                        look.step()))
        .orElse("");
  }

  private static int lastTask(Method method) {
    return method.tradeOff().stream().mapToInt(TradeOff::training).max().orElseThrow();
  }

  private static List<TradeOff> ofLastTask(Method method) {
    int last = lastTask(method);
    return method.tradeOff().stream().filter(one -> one.training() == last).toList();
  }

  private Plot plot(String name, Run run) {
    int last = lastTask(run.methods().get(name));
    Map<Integer, List<TradeOff>> bySteps =
        ofLastTask(run.methods().get(name)).stream()
            .collect(Collectors.groupingBy(TradeOff::step, TreeMap::new, Collectors.toList()));
    List<Line> lines = new ArrayList<>();
    bySteps.forEach(
        (step, looks) ->
            lines.add(
                Line.unnamed(
                    "step " + step,
                    Line.ramp((lines.size() + 1) / (double) bySteps.size()),
                    Style.LINE,
                    points(looks, last))));
    Double floor = overview.floorExact(0);
    return Plot.of(
            "merging-" + overview.methods().indexOf(name),
            name,
            Axis.share("task %d".formatted(last)),
            Axis.share("task 0"),
            lines)
        .detail("seed %d".formatted(run.seed()))
        .label("Task 0 against task %d as more of the way is taken back, %s".formatted(last, name))
        .marks(floor == null ? List.of() : List.of(Mark.yRight(floor, "floor")))
        .tall();
  }

  private static List<Point> points(List<TradeOff> looks, int last) {
    return looks.stream()
        .sorted(Comparator.comparingDouble(TradeOff::alpha))
        .map(look -> point(look, last))
        .filter(Objects::nonNull)
        .toList();
  }

  private static Point point(TradeOff look, int last) {
    Double kept = exact(look.scores(), 0);
    Double learned = exact(look.scores(), last);
    return kept == null || learned == null
        ? null
        : new Point(learned, kept, "step %d, α = %s".formatted(look.step(), look.alpha()), null);
  }

  private static Double exact(List<Score> scores, int task) {
    return scores.stream()
        .filter(score -> score.task() == task)
        .map(Score::exactMatch)
        .findFirst()
        .orElse(null);
  }
}
