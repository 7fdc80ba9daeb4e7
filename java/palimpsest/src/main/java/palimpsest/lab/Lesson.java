package palimpsest.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;
import palimpsest.report.Results;

/** The looks taken at a model while it learns a later task: its curve, and what it reached when. */
final class Lesson {
  private final Config.Task1 config;
  private final Task task;
  private final int limit;
  private final double target;
  private final List<Task> earlier;
  private final Examiner examiner;
  private final Milestones milestones;
  private final List<Results.CurvePoint> curve = new ArrayList<>();
  private final Map<String, Results.Matched> matched = new LinkedHashMap<>();

  /**
   * @param limit steps at most
   * @param target share of the task at which it is known as well as it should be
   */
  Lesson(Session session, Examiner examiner, Task task, int limit, double target) {
    this.limit = limit;
    this.target = target;
    this.config = session.config.task1();
    this.task = task;
    this.earlier = session.stream.tasks().subList(0, task.number());
    this.examiner = examiner;
    var thresholds = new TreeSet<Double>(List.of(target));
    for (String threshold : Results.THRESHOLDS) {
      thresholds.add(Double.valueOf(threshold));
      matched.put(threshold, null);
    }
    int sample =
        task.firstSubjects(task.watchedSplit(), session.config.evaluation().newPeople()).size();
    this.milestones = new Milestones(task.split(task.watchedSplit()), sample, thresholds);
  }

  /** What the looks so far have seen. */
  record State(
      List<Results.CurvePoint> curve,
      Map<String, Results.Matched> matched,
      Milestones.State milestones) {}

  State state() {
    return new State(curve, matched, milestones.state());
  }

  /** Goes on where another lesson's looks were. */
  void goOn(State state) {
    curve.addAll(state.curve());
    matched.putAll(state.matched());
    milestones.goOn(state.milestones());
  }

  /** Whether the task is asked about after so many steps. */
  static boolean isDue(Config.Task1 config, int step, int limit) {
    return isPoint(config, step, limit) || step % config.checkEvery() == 0;
  }

  /** Whether all else is asked about as well, as a point of the curve. */
  static boolean isPoint(Config.Task1 config, int step, int limit) {
    boolean early = step <= config.denseUntil() && step % config.denseEvery() == 0;
    return early || step % config.curveEvery() == 0 || step == limit;
  }

  /**
   * Looks, and says whether the task is known as well as it should be. Where a share of it is
   * reached, there is a point of the curve too.
   */
  boolean look(int step) {
    Milestones.Look look =
        milestones.look(questions -> examiner.ask(questions, OptionalInt.of(task.number())));
    examiner.note(step, task, task.watchedSplit(), look.scored());
    Results.Score now = Scores.score(task, task.watchedSplit(), look.scored());
    if (isPoint(config, step, limit) || !look.reached().isEmpty()) {
      var scores = new ArrayList<Results.Score>();
      for (Task known : earlier) {
        scores.add(examiner.score(step, known, known.watchedSplit()));
      }
      scores.add(now);
      curve.add(new Results.CurvePoint(task.number(), step, examiner.recall(step), scores));
    }
    if (!look.reached().isEmpty()) {
      match(step, look.reached(), now);
    }
    return look.reached().contains(target);
  }

  List<Results.CurvePoint> curve() {
    return curve;
  }

  /** For each threshold the first look at which it was reached, or {@code null}. */
  Map<String, Results.Matched> matched() {
    return matched;
  }

  private void match(int step, List<Double> reached, Results.Score now) {
    var scores = new ArrayList<Results.Score>();
    for (Task known : earlier) {
      scores.add(examiner.score(step, known, known.reportedSplit()));
    }
    scores.add(now);
    if (reached.contains(Double.valueOf(Results.THRESHOLDS.getLast()))) {
      for (Task known : earlier) {
        if (!known.watchedSplit().equals(Task.TRAIN)) {
          scores.add(examiner.score(step, known, Task.TRAIN));
        }
      }
    }
    for (String threshold : Results.THRESHOLDS) {
      if (reached.contains(Double.valueOf(threshold))) {
        matched.put(threshold, new Results.Matched(step, scores));
      }
    }
  }
}
