package palimpsest.ops;

import java.util.function.Consumer;

/**
 * Whole training steps of a device with one lane that can record work and replay it: what changes
 * from step to step, data and rates, is put into device memory first, so that the same work can do
 * it again. A step by it has the bits of one without.
 */
public interface StepRecorder {
  /**
   * Puts where the recorded work reads it what the next step is made with.
   *
   * @param step with any gradient scale: the step finds its own
   * @param clip largest norm of the gradient; 0 for none
   */
  void prepare(AdamWStep step, double clip);

  /**
   * Does the work. Where its key came before it is recorded, and from then on replayed.
   *
   * @param key equal for work that differs in what lies in device memory alone
   */
  void run(Object key, Consumer<Ops> work);

  /**
   * {@link Ops#adamw} with what was {@link #prepare prepared}, the gradient clipped by its norm
   * over the segments that are not frozen. With a norm that is not finite, the gradient becomes
   * zero and nothing else changes.
   */
  void clippedAdamw(
      SegmentTable segments,
      Tensor weights,
      Tensor compute,
      Tensor gradients,
      Tensor moment1,
      Tensor moment2);

  /** Σ of the squares of the gradient of the last step, before it was clipped. */
  double squares();

  /** Forgets what is recorded: of memory that is about to be freed. */
  void forget();
}
