package palimpsest.analysis.features;

import java.util.Locale;
import palimpsest.analysis.weights.Stage;

/** The six pairs of models that Zheng et al. compare, each with the task it is asked about. */
public enum ShiftPair {
  LEARN_TASK0(Stage.PRETRAINED, Stage.TASK0, 0),
  FORGET_TASK0(Stage.A, Stage.B, 0),
  LATER_TASK0(Stage.B, Stage.END, 0),
  LEARN_TASK1(Stage.B, Stage.END, 1),
  TOTAL_TASK0(Stage.TASK0, Stage.END, 0),
  TOTAL_TASK1(Stage.TASK0, Stage.END, 1);

  private final Stage before;
  private final Stage after;
  private final int task;

  ShiftPair(Stage before, Stage after, int task) {
    this.before = before;
    this.after = after;
    this.task = task;
  }

  public Stage before() {
    return before;
  }

  public Stage after() {
    return after;
  }

  /** Whose questions are asked. */
  public int task() {
    return task;
  }

  /** As findings name it: {@code forget_task0}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
