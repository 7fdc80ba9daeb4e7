package palimpsest.report;

import java.util.List;
import java.util.function.Function;
import palimpsest.report.Results.StepsTo90;

/** A number that sums up one method on one seed; the accuracies are exact match. */
public enum Quantity {
  /** Task 0 on held-out people when task 1 begins. */
  BEFORE("before", Unit.SHARE, Measured::before),
  /** Task 0's lowest point within the first hundred steps of task 1. */
  MINIMUM("minimum", Unit.SHARE, Measured::minimum),
  MINIMUM_STEP("minimum_step", Unit.STEPS, Measured::minimumStep),
  /** What task 1 had reached at task 0's lowest point. */
  NEW_TASK_AT_MINIMUM("task1_at_minimum", Unit.SHARE, Measured::newTaskAtMinimum),
  MATCHED_25("task0_matched_0.25", Unit.SHARE, measured -> measured.matched("0.25")),
  MATCHED_50("task0_matched_0.5", Unit.SHARE, measured -> measured.matched("0.5")),
  MATCHED_80("task0_matched_0.8", Unit.SHARE, measured -> measured.matched("0.8")),
  MATCHED_95("task0_matched_0.95", Unit.SHARE, measured -> measured.matched("0.95")),
  /** Task 0 on held-out people where the last task is first known to 0.99. */
  MATCHED("task0_matched", Unit.SHARE, measured -> measured.matched("0.99")),
  /** The same on dev, which sweeps choose by. */
  MATCHED_DEV("task0_matched_dev", Unit.SHARE, measured -> measured.matchedOnCurve("0.99")),
  MATCHED_STEPS("steps_matched", Unit.STEPS, measured -> measured.matchedSteps("0.99")),
  /** Task 0 there on the people it was trained on: far above held-out people is memorising. */
  TRAINED_MATCHED("task0_trained_matched", Unit.SHARE, measured -> measured.trainedMatched("0.99")),
  TRAINED_FINAL("task0_trained_final", Unit.SHARE, Measured::trainedAtEnd),
  FINAL("task0_final", Unit.SHARE, Measured::firstTaskAtEnd),
  LAST_TASK_FINAL("last_task_final", Unit.SHARE, Measured::lastTaskAtEnd),
  EARLY("recovered_early", Unit.SHARE, Measured::recoveredEarly),
  EARLY_SHARE(
      "recovered_early_share",
      Unit.RATIO,
      measured -> measured.shareOfBefore(measured.recoveredEarly())),
  LAST("recovered_last", Unit.SHARE, Measured::recoveredLast),
  LAST_SHARE(
      "recovered_last_share",
      Unit.RATIO,
      measured -> measured.shareOfBefore(measured.recoveredLast())),
  /** The same retraining of the pretrained model, which no question had ever been asked. */
  CONTROL("recovered_control", Unit.SHARE, Measured::recoveredControl),
  CONTROL_SHARE(
      "recovered_control_share",
      Unit.RATIO,
      measured -> measured.shareOfBefore(measured.recoveredControl())),
  EARLY_STEPS_TO_90(
      "steps_to_90_early", Unit.STEPS, measured -> measured.stepsTo90(StepsTo90::early)),
  LAST_STEPS_TO_90("steps_to_90_last", Unit.STEPS, measured -> measured.stepsTo90(StepsTo90::last)),
  CONTROL_STEPS_TO_90(
      "steps_to_90_control", Unit.STEPS, measured -> measured.stepsTo90(StepsTo90::control)),
  EARLY_SAVINGS("savings_early", Unit.RATIO, Measured::savingsEarly),
  LAST_SAVINGS("savings_last", Unit.RATIO, Measured::savingsLast),
  KNOWLEDGE_KEPT("knowledge_kept", Unit.RATIO, Measured::knowledgeKept),
  /** The parts of {@link Loss}. */
  LOST("task0_lost", Unit.SHARE, measured -> measured.loss().whole()),
  ACCESS_LOST("access_lost", Unit.SHARE, measured -> measured.loss().access()),
  KNOWLEDGE_LOST("knowledge_lost", Unit.SHARE, measured -> measured.loss().knowledge()),
  INTERFERENCE("interference", Unit.SHARE, measured -> measured.loss().interference()),
  RECALL_BEFORE("bio_recall_before", Unit.SHARE, Measured::recallBefore),
  RECALL_FINAL("bio_recall_final", Unit.SHARE, Measured::recallAtEnd),
  SECONDS("seconds", Unit.SECONDS, Measured::seconds);

  /** How a value is shown. */
  public enum Unit {
    /** An accuracy, 0 to 1. */
    SHARE,
    /** A quotient, such as one accuracy over another. */
    RATIO,
    STEPS,
    SECONDS
  }

  private static final List<Quantity> AT_THRESHOLDS =
      List.of(MATCHED_25, MATCHED_50, MATCHED_80, MATCHED_95, MATCHED);

  private final String key;
  private final Unit unit;

  @SuppressWarnings("ImmutableEnumChecker") // each is a method reference without state
  private final Function<Measured, Double> reading;

  Quantity(String key, Unit unit, Function<Measured, Double> reading) {
    this.key = key;
    this.unit = unit;
    this.reading = reading;
  }

  /** Its name in {@code summary} of {@code results.json}. */
  public String key() {
    return key;
  }

  public Unit unit() {
    return unit;
  }

  Double of(Measured measured) {
    return reading.apply(measured);
  }

  /** Task 0 at each of {@link Results#THRESHOLDS}, in their order. */
  public static List<Quantity> atThresholds() {
    return AT_THRESHOLDS;
  }
}
