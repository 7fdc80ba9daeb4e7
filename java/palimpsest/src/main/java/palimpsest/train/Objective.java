package palimpsest.train;

/**
 * What the logits at a batch's counted positions are held against. M positions in the order of the
 * batch, row by row; V the vocabulary.
 */
public sealed interface Objective {
  /** Cross-entropy with the batch's targets. */
  Objective TARGETS = new Targets();

  /** See {@link #TARGETS}. */
  record Targets() implements Objective {}

  /**
   * {@code T² KL(softmax(teacher/T) ‖ softmax(logits/T))} (Hinton et al. 2015).
   *
   * @param teacher logits {@code [M, V]}
   * @param temperature T
   */
  record Distillation(float[] teacher, double temperature) implements Objective {}

  /**
   * {@code Σ_v (logits_v − wanted_v)²}.
   *
   * @param wanted logits {@code [M, V]}
   */
  record SquaredError(float[] wanted) implements Objective {}

  /** {@code Σ_v logits_v²}. */
  record SquaredNorm() implements Objective {}
}
