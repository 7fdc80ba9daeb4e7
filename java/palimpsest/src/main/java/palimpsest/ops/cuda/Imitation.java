package palimpsest.ops.cuda;

import palimpsest.ops.Tensor;

/** Losses that hold logits against another model's: {@code imitation.cu}. */
final class Imitation {
  /** Of a sum or a maximum over a block. */
  private static final int SCRATCH = 32 * Float.BYTES;

  private final KernelPair distillation;
  private final KernelPair squaredError;

  Imitation(KernelModule module) {
    distillation = KernelPair.of(module, "imitation_distillation");
    squaredError = KernelPair.of(module, "imitation_squared_error");
  }

  /** A block a row. */
  void distill(Tensor logits, Tensor losses, Tensor teacher, float temperature, float scale) {
    distillation
        .of(logits)
        .putRows(logits)
        .put(losses)
        .put(teacher)
        .put(temperature)
        .put(scale)
        .put(logits.columns())
        .put(logits.stride())
        .launch(logits.rows(), 1, 1, Kernel.BLOCK, 1, SCRATCH);
  }

  /**
   * A block a row.
   *
   * @param wanted null for zeros
   */
  void squaredError(Tensor logits, Tensor losses, Tensor wanted, float scale) {
    squaredError
        .of(logits)
        .putRows(logits)
        .put(losses)
        .put(wanted)
        .put(scale)
        .put(logits.columns())
        .put(logits.stride())
        .launch(logits.rows(), 1, 1, Kernel.BLOCK, 1, SCRATCH);
  }
}
