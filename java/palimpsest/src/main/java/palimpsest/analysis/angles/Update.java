package palimpsest.analysis.angles;

import palimpsest.analysis.weights.Stage;

/** What a stretch of training changed. */
public enum Update {
  EARLY_PRETRAINING(Stage.EARLY_PRETRAINING, Stage.PRETRAINED),
  LATE_PRETRAINING(Stage.LATE_PRETRAINING, Stage.PRETRAINED),
  TASK0(Stage.PRETRAINED, Stage.TASK0),
  TASK1(Stage.TASK0, Stage.END),
  FIRST_STEPS(Stage.A, Stage.B),
  LATER_STEPS(Stage.B, Stage.END);

  private final Stage from;
  private final Stage to;

  Update(Stage from, Stage to) {
    this.from = from;
    this.to = to;
  }

  public Stage from() {
    return from;
  }

  public Stage to() {
    return to;
  }
}
