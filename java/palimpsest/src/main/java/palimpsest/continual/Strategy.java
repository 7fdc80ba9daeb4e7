package palimpsest.continual;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import palimpsest.data.Question;
import palimpsest.model.FreezePlan;
import palimpsest.train.GradientHook;
import palimpsest.train.Pupil;
import palimpsest.train.Scored;
import palimpsest.train.Term;

/**
 * A continual-learning method at work on one sequence of tasks. The training loop belongs to the
 * experiment: a strategy is handed what it may know and answers with what it wants, it never sees
 * the trainer. Every hook is optional; doing nothing in all of them is {@code seq}.
 *
 * <p>The hooks of one task are called in this order: {@link #beforeTask}, {@link #trainable},
 * {@link #gradientHook}, then {@link #compose}, {@link #terms} and {@link #afterStep} once a step,
 * {@link #afterTask}. Task 0 is learned the same way by all methods but those whose {@link Course}
 * begins before it; for the others only {@code afterTask} is called for it. In {@code beforeTask}
 * and {@code afterTask} the pupil's vectors are over all weights, in between over those that the
 * task trains. A strategy draws random numbers from {@link TaskContext#random} alone, and never
 * between two steps: evaluation cannot move it.
 *
 * <p>A strategy holds state, so it serves one sequence of tasks; {@link Method#begin} makes a new
 * one, and whoever asked for it closes it.
 */
public interface Strategy extends AutoCloseable {
  /** A later task is about to be learned. */
  default void beforeTask(TaskContext task) {}

  /** Which components keep their weights while the task is learned. */
  default FreezePlan trainable(TaskContext task) {
    return FreezePlan.NONE;
  }

  /** What is done to the gradient of every step of the task, if anything is. */
  default Optional<GradientHook> gradientHook(TaskContext task) {
    return Optional.empty();
  }

  /** What the task's learning rate is multiplied by: few parameters need larger steps. */
  default double rate() {
    return 1;
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

  /** What a step's loss has beside the batch's own. */
  default List<Term> terms(StepRows rows, TaskContext task) {
    return List.of();
  }

  /** The weights have been updated. */
  default void afterStep(TaskContext task) {}

  /**
   * A task has been learned: what else it might have been left with, to be looked at before {@link
   * #afterTask}.
   */
  default List<Alternative> alternatives(TaskContext task) {
    return List.of();
  }

  /** A task has been learned: the moment to store some of its questions. */
  default void afterTask(TaskContext task) {}

  /**
   * The share of the new task's questions that have to be known for its learning to stop, where the
   * method says so itself.
   */
  default OptionalDouble target() {
    return OptionalDouble.empty();
  }

  /** The questions it keeps at this moment, and how many it may. */
  default Occupancy occupancy() {
    return Occupancy.NONE;
  }

  /**
   * What goes with it from one task to the next. It is the same all the time that a task is learned
   * and changes in {@link #afterTask}; what changes between is {@link #midway}'s.
   */
  default StrategyState state() {
    return new StrategyState();
  }

  /** Goes on from a {@link #state}, as a new strategy of the same method. */
  default void load(StrategyState state) {}

  /**
   * What it has beside {@link #state} between two steps of a task that neither the hooks before the
   * first step nor the model's weights give again: places in random streams, counts, copies of
   * weights taken on the way.
   */
  default StrategyState midway() {
    return new StrategyState();
  }

  /**
   * Goes on in the middle of a task. A new strategy of the same method has been given the {@link
   * #state} with which the task began and its hooks have been called up to {@link #gradientHook},
   * with the weights of that moment in the pupil.
   *
   * @param midway as {@link #midway} said it
   */
  default void goOn(StrategyState midway) {}

  /**
   * Answers questions, where the method has other weights for other tasks: it asks them by {@link
   * Pupil#with}, which leaves the pupil as it was. Empty if the pupil answers as it is.
   *
   * @param task whose questions they are; empty if they belong to none
   */
  default Optional<List<Scored>> answer(List<Question> questions, OptionalInt task, Pupil pupil) {
    return Optional.empty();
  }

  /** Parameters that the model has beside its own at this moment, those of all tasks together. */
  default long addedParameters() {
    return 0;
  }

  /** What the method noticed about itself, by name, for the results; asked for at the end. */
  default Map<String, Double> notes() {
    return Map.of();
  }

  /** Bytes kept beside the model at this moment. */
  default long extraBytes() {
    return 0;
  }

  @Override
  default void close() {}
}
