package palimpsest.analysis.weights;

/** Moments of a model's life that updates and shifts are taken between, in their order. */
public enum Stage {
  /** Early in pretraining; 10 % of its steps by default. */
  EARLY_PRETRAINING,
  /** Late in pretraining; 90 % of its steps by default. */
  LATE_PRETRAINING,
  /** θ_P, the end of pretraining. */
  PRETRAINED,
  /** θ_0, the end of task 0. */
  TASK0,
  /** θ_a, the last look at which task 0 held. */
  A,
  /** θ_b, where task 0 is lost. */
  B,
  /** The end of task 1. */
  END
}
