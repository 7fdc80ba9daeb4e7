package palimpsest.continual;

import java.util.Map;
import java.util.Optional;
import palimpsest.train.GradientHook;

/**
 * Learns a task under a {@link QuadraticPenalty} around the weights after the last one; what the
 * penalty says of each weight's importance is the method's own.
 */
abstract class Anchored implements Strategy {
  private final QuadraticPenalty penalty;

  /**
   * @param strength λ; 0 leaves all as it would be without
   */
  Anchored(double strength) {
    this.penalty = new QuadraticPenalty(strength);
  }

  /**
   * The importances from a task's end on.
   *
   * @param before those until then, {@code null} after the first task
   * @return one a weight, or {@code null} where all weights matter the same
   */
  abstract float[] importance(TaskContext task, float[] before);

  @Override
  public final Optional<GradientHook> gradientHook(TaskContext task) {
    return penalty.hook(task.pupil());
  }

  @Override
  public final void afterTask(TaskContext task) {
    penalty.release();
    if (penalty.active()) {
      penalty.set(importance(task, penalty.importance()), task.pupil().copy());
    }
  }

  /**
   * λ, and of how many questions the importances were taken at the last task; before it nothing.
   */
  final Map<String, Double> notes(String questions, int asked) {
    return asked == 0
        ? Map.of()
        : Map.of("strength", penalty.strength(), questions, (double) asked);
  }

  @Override
  public final StrategyState state() {
    return penalty.state();
  }

  @Override
  public final void load(StrategyState state) {
    penalty.load(state);
  }

  @Override
  public final long extraBytes() {
    return penalty.bytes();
  }

  @Override
  public final void close() {
    penalty.close();
  }
}
