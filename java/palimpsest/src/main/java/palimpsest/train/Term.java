package palimpsest.train;

import palimpsest.data.Batch;

/**
 * A part of a step's loss: {@code weight} times the mean over the batch's counted positions.
 *
 * @param name as logged: {@code lwf}
 */
public record Term(String name, Batch batch, Objective objective, double weight) {
  public Term {
    if (batch.counted() == 0) {
      throw new IllegalArgumentException("a batch without a single target");
    }
  }

  /** The loss of the task itself. */
  public static Term task(Batch batch) {
    return new Term("task", batch, Objective.TARGETS, 1);
  }
}
