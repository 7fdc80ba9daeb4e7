package palimpsest.analysis.angles;

import java.util.Locale;

/** The pairs of updates that Zheng et al. compare, in the order of their notebook. */
public enum UpdatePair {
  PRETRAINING_PRETRAINING(Update.EARLY_PRETRAINING, Update.LATE_PRETRAINING),
  PRETRAINING_TASK0(Update.LATE_PRETRAINING, Update.TASK0),
  PRETRAINING_TASK1(Update.LATE_PRETRAINING, Update.TASK1),
  TASK0_TASK1(Update.TASK0, Update.TASK1),
  TASK0_FIRST_STEPS(Update.TASK0, Update.FIRST_STEPS),
  FIRST_STEPS_TASK1(Update.FIRST_STEPS, Update.TASK1),
  /** The one that the paper shows. */
  FIRST_STEPS_LATER_STEPS(Update.FIRST_STEPS, Update.LATER_STEPS);

  private final Update former;
  private final Update latter;

  UpdatePair(Update former, Update latter) {
    this.former = former;
    this.latter = latter;
  }

  /** As findings name it: {@code task0_task1}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** ΔW₁, whose directions are projected on. */
  public Update former() {
    return former;
  }

  /** ΔW₂, whose directions are projected. */
  public Update latter() {
    return latter;
  }
}
