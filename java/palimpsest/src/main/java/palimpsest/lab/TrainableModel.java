package palimpsest.lab;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import palimpsest.data.Batch;
import palimpsest.data.Question;
import palimpsest.model.FreezePlan;
import palimpsest.train.GradientHook;
import palimpsest.train.Pupil;
import palimpsest.train.Recipe;
import palimpsest.train.Scored;
import palimpsest.train.StepReport;
import palimpsest.train.Term;

/** What an experiment asks of a model; {@link LearnerModel} is the real one. */
public interface TrainableModel extends AutoCloseable {
  /** Starts a phase: a fresh optimiser, step 0. */
  void begin(Recipe recipe, FreezePlan freeze);

  /** One optimisation step. */
  default StepReport step(Batch batch) {
    return step(List.of(Term.task(batch)), null);
  }

  /**
   * One optimisation step.
   *
   * @param terms of the loss, the task's own first
   * @param hook changes the gradient; may be null
   */
  StepReport step(List<Term> terms, GradientHook hook);

  /** What a method may ask. */
  Pupil pupil();

  /** One teacher-forced pass over the questions, in their order; draws no random numbers. */
  List<Scored> score(List<Question> questions);

  /** Weights that a phase with this plan would change. */
  long trainable(FreezePlan freeze);

  /** Writes the weights into an empty folder, as a model that others can read too. */
  void save(Path folder);

  /** Takes over the weights of a folder, bit by bit. */
  void load(Path folder);

  /** What was not finite in the last step, in words; empty for nothing that is known. */
  default String nonFinite() {
    return "";
  }

  /** What the phase has kept of the outputs of frozen layers, in words; empty for nothing. */
  default Optional<String> frozenOutputs() {
    return Optional.empty();
  }

  /** Writes into an empty folder what {@link #goOn} needs, between two steps. */
  void saveForGoingOn(Path folder);

  /**
   * After {@link #begin} with the same recipe and plan: takes over weights, the optimiser's memory
   * and the steps done from another's {@link #saveForGoingOn}, bit by bit.
   */
  void goOn(Path folder);

  @Override
  void close();
}
