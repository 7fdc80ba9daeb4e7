package palimpsest.report;

import java.util.List;
import java.util.function.Function;
import palimpsest.report.Results.CurvePoint;
import palimpsest.report.Results.Recovery;
import palimpsest.report.Results.RecoveryPoint;
import palimpsest.report.Results.Score;
import palimpsest.report.Results.StepsTo90;
import palimpsest.report.Results.Task;

/**
 * One method on one seed, asked for single numbers. All accuracies are exact match; {@code null}
 * where a thing was not reached or not measured.
 *
 * <p>Held-out people are split: curves are read on {@code dev}, reported numbers on {@code test}. A
 * task that memorises has {@code train} only.
 */
record Measured(List<Task> tasks, Results.Method method) {
  /** If task 0 collapses, it has done so by this step of task 1. */
  static final int EARLY_STEPS = 100;

  private static final int FIRST_TASK = 0;

  private static final String MEMORISE = "memorise";

  private static final String TRAINED = "train";

  /** Task 0 when task 1 begins. */
  Double before() {
    return reportedInDetail(method.before(), FIRST_TASK);
  }

  /**
   * The evaluation within the first {@link #EARLY_STEPS} steps of task 1 where task 0 is lowest.
   */
  CurvePoint lowest() {
    CurvePoint lowest = null;
    for (CurvePoint point : method.curve()) {
      Double score = onCurve(point, FIRST_TASK);
      if (point.training() == 1 && point.step() <= EARLY_STEPS && score != null) {
        lowest = lowest == null || score < onCurve(lowest, FIRST_TASK) ? point : lowest;
      }
    }
    return lowest;
  }

  Double minimum() {
    return onCurve(lowest(), FIRST_TASK);
  }

  Double minimumStep() {
    CurvePoint lowest = lowest();
    return lowest == null ? null : (double) lowest.step();
  }

  /** Task 1 at task 0's lowest point. */
  Double newTaskAtMinimum() {
    return onCurve(lowest(), 1);
  }

  /** Task 0 where the last task first reached a threshold of {@link Results#THRESHOLDS}. */
  Double matched(String threshold) {
    Results.Matched matched = method.matched().get(threshold);
    return matched == null ? null : reported(matched.scores(), FIRST_TASK);
  }

  /** Task 0 there as the curve shows it, which has a point wherever a threshold is reached. */
  Double matchedOnCurve(String threshold) {
    Results.Matched matched = method.matched().get(threshold);
    return matched == null
        ? null
        : method.curve().stream()
            .filter(point -> point.training() == lastTask() && point.step() == matched.step())
            .findFirst()
            .map(point -> onCurve(point, FIRST_TASK))
            .orElse(null);
  }

  Double matchedSteps(String threshold) {
    Results.Matched matched = method.matched().get(threshold);
    return matched == null ? null : (double) matched.step();
  }

  /** Task 0 on the people whose questions were trained, where a threshold was first reached. */
  Double trainedMatched(String threshold) {
    Results.Matched matched = method.matched().get(threshold);
    Score score = matched == null ? null : find(matched.scores(), FIRST_TASK, TRAINED);
    return score == null ? null : score.exactMatch();
  }

  Double trainedAtEnd() {
    Results.DetailedScore score = findDetailed(method.finalScores(), FIRST_TASK, TRAINED);
    return score == null ? null : score.exactMatch();
  }

  /** Biographies still known when task 1 begins. */
  Double recallBefore() {
    return method.curve().isEmpty() ? null : exact(method.curve().getFirst().bioRecall());
  }

  /** Biographies still known when the last task ends. */
  Double recallAtEnd() {
    return method.curve().isEmpty() ? null : exact(method.curve().getLast().bioRecall());
  }

  Loss loss() {
    return Loss.of(this);
  }

  Double firstTaskAtEnd() {
    return reportedInDetail(method.finalScores(), FIRST_TASK);
  }

  Double lastTaskAtEnd() {
    return reportedInDetail(method.finalScores(), lastTask());
  }

  Double recoveredEarly() {
    return end(earlyCurve());
  }

  Double recoveredLast() {
    return end(lastCurve());
  }

  Double recoveredControl() {
    return end(controlCurve());
  }

  /** An accuracy over the one before task 1. */
  Double shareOfBefore(Double accuracy) {
    Double before = before();
    return accuracy == null || before == null || before == 0 ? null : accuracy / before;
  }

  Double savingsEarly() {
    return fromRecovery(recovery -> recovery.savings() == null ? null : recovery.savings().early());
  }

  Double savingsLast() {
    return fromRecovery(recovery -> recovery.savings() == null ? null : recovery.savings().last());
  }

  Double stepsTo90(Function<StepsTo90, Integer> start) {
    return fromRecovery(
        recovery -> {
          Integer steps = recovery.stepsTo90() == null ? null : start.apply(recovery.stepsTo90());
          return steps == null ? null : (double) steps;
        });
  }

  Double knowledgeKept() {
    return fromRecovery(Recovery::knowledgeKept);
  }

  Double seconds() {
    return method.cost() == null ? null : method.cost().seconds();
  }

  /** Step of task 1 at which the early checkpoint was taken. */
  Integer earlyStep() {
    Recovery recovery = method.recovery();
    return recovery == null || recovery.early() == null ? null : recovery.early().fromStep();
  }

  List<RecoveryPoint> earlyCurve() {
    Recovery recovery = method.recovery();
    return recovery == null || recovery.early() == null ? List.of() : recovery.early().curve();
  }

  List<RecoveryPoint> lastCurve() {
    Recovery recovery = method.recovery();
    return recovery == null || recovery.last() == null ? List.of() : recovery.last().curve();
  }

  List<RecoveryPoint> controlCurve() {
    Recovery recovery = method.recovery();
    return recovery == null || recovery.control() == null ? List.of() : recovery.control().curve();
  }

  /** A task's score at a point of the curve. */
  Double onCurve(CurvePoint point, int task) {
    Score score = point == null ? null : find(point.scores(), task, curveSplit(task));
    return score == null ? null : score.exactMatch();
  }

  String curveSplit(int task) {
    return memorises(task) ? "train" : "dev";
  }

  String reportedSplit(int task) {
    return memorises(task) ? "train" : "test";
  }

  static Score find(List<Score> scores, int task, String split) {
    return scores.stream()
        .filter(score -> score.task() == task && split.equals(score.split()))
        .findFirst()
        .orElse(null);
  }

  static Results.DetailedScore findDetailed(
      List<Results.DetailedScore> scores, int task, String split) {
    return scores.stream()
        .filter(score -> score.task() == task && split.equals(score.split()))
        .findFirst()
        .orElse(null);
  }

  private Double reported(List<Score> scores, int task) {
    Score score = find(scores, task, reportedSplit(task));
    return score == null ? null : score.exactMatch();
  }

  private Double reportedInDetail(List<Results.DetailedScore> scores, int task) {
    Results.DetailedScore score = findDetailed(scores, task, reportedSplit(task));
    return score == null ? null : score.exactMatch();
  }

  private int lastTask() {
    return tasks.stream().mapToInt(Task::task).max().orElse(1);
  }

  private boolean memorises(int task) {
    return tasks.stream().anyMatch(known -> known.task() == task && MEMORISE.equals(known.kind()));
  }

  private Double fromRecovery(Function<Recovery, Double> reading) {
    return method.recovery() == null ? null : reading.apply(method.recovery());
  }

  private static Double exact(Results.Accuracy accuracy) {
    return accuracy == null ? null : accuracy.exactMatch();
  }

  private static Double end(List<RecoveryPoint> curve) {
    return curve.isEmpty() ? null : curve.getLast().exactMatch();
  }
}
