package palimpsest.continual;

import java.util.List;
import palimpsest.model.FreezePlan;

/**
 * A continual-learning method at work on one sequence of tasks. The training loop belongs to the
 * experiment: a strategy is handed what it may know and answers with what it wants, it never sees
 * the trainer. Every hook is optional; doing nothing in all of them is {@code seq}.
 *
 * <p>The hooks of one task are called in this order: {@link #beforeTask}, {@link #trainable},
 * {@link #compose} once a step, {@link #afterTask}. Task 0 is learned the same way by every method,
 * so for it only {@code afterTask} is called. A strategy draws random numbers from {@link
 * TaskContext#random} alone, and never between two steps: evaluation cannot move it.
 *
 * <p>A strategy holds state, so it serves one sequence of tasks; {@link Method#begin} makes a new
 * one.
 */
public interface Strategy {
  /** A later task is about to be learned. */
  default void beforeTask(TaskContext task) {}

  /** Which components keep their weights while the task is learned. */
  default FreezePlan trainable(TaskContext task) {
    return FreezePlan.NONE;
  }

  /**
   * The rows that the method puts into the next batch; the rest of the batch is filled with the
   * next questions of the task itself.
   *
   * @param rows B, the whole batch
   */
  default List<Row> compose(int rows, TaskContext task) {
    return List.of();
  }

  /** A task has been learned: the moment to store some of its questions. */
  default void afterTask(TaskContext task) {}

  /** Bytes kept beside the model at this moment. */
  default long extraBytes() {
    return 0;
  }
}
