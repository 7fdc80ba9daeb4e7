package palimpsest.report;

import java.util.List;

/**
 * A metric of the recovery test, in which task 0 is taught again from three starting points.
 *
 * @param formula with a(s): exact match on task 0 after s steps of retraining from the end of the
 *     last task, c(s): from the control, S: the last step, f: floor
 */
record RecoveryMetric(Quantity quantity, String title, String formula, String meaning) {
  /** Every one, in the order they are shown. */
  static final List<RecoveryMetric> ALL =
      List.of(
          new RecoveryMetric(
              Quantity.LAST,
              "Recovered accuracy",
              "a(S)",
              "task 0 after retraining from the end of the last task"),
          new RecoveryMetric(
              Quantity.CONTROL,
              "Control of the recovered accuracy",
              "c(S)",
              "the same retraining of the pretrained model, which was never asked"),
          new RecoveryMetric(
              Quantity.LAST_SAVINGS,
              "Savings",
              "1 − min { s : a(s) ≥ 0.9 · before } / min { s : c(s) ≥ 0.9 · before }",
              "steps saved by what is still there; 0: as slow as never asked"),
          new RecoveryMetric(
              Quantity.KNOWLEDGE_KEPT,
              "Knowledge kept",
              "(a(S) − f) / (c(S) − f)",
              "recovered as a share of the control's, both over the floor"));
}
