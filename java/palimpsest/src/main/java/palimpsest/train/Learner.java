package palimpsest.train;

import java.util.List;
import palimpsest.data.Batch;
import palimpsest.data.Question;
import palimpsest.model.FreezePlan;
import palimpsest.model.Parameters;

/** A model on a device that can take training steps and answer questions. */
public final class Learner implements AutoCloseable {
  /** The model's weights: {@code copy()} and {@code restore(float[])} snapshot them. */
  public Parameters parameters() {
    throw new UnsupportedOperationException();
  }

  /** Starts a phase: a fresh optimiser, step 0. */
  public void begin(Recipe recipe, FreezePlan freeze) {
    throw new UnsupportedOperationException();
  }

  /** One optimisation step. */
  public StepReport step(Batch batch) {
    throw new UnsupportedOperationException();
  }

  /** One teacher-forced pass over the questions, in their order; draws no random numbers. */
  public List<Scored> score(List<Question> questions) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
