package palimpsest.continual;

import java.util.OptionalDouble;
import java.util.function.Function;
import palimpsest.model.FreezePlan;
import palimpsest.model.ModelConfig;

/** A strategy that keeps some components as they are, from one task on. */
final class FrozenFrom implements Strategy {
  private final int first;
  private final OptionalDouble target;
  private final Function<TaskContext, FreezePlan> plan;

  /**
   * @param first the first task in which they are frozen
   * @param target share of the new task at which its learning stops
   */
  FrozenFrom(int first, OptionalDouble target, Function<TaskContext, FreezePlan> plan) {
    this.first = first;
    this.target = target;
    this.plan = plan;
  }

  /** The model's shape. */
  static ModelConfig shape(TaskContext task) {
    return task.pupil().space().layout().config();
  }

  @Override
  public FreezePlan trainable(TaskContext task) {
    return task.task() >= first ? plan.apply(task) : FreezePlan.NONE;
  }

  @Override
  public OptionalDouble target() {
    return target;
  }
}
