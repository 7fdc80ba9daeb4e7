package palimpsest.ops.cuda;

import palimpsest.ops.DType;
import palimpsest.ops.Tensor;

/** Softmax cross-entropy: {@code crossentropy.cu}. */
final class CrossEntropy implements AutoCloseable {
  /** Of a sum or a maximum over a block. */
  private static final int SCRATCH = 32 * Float.BYTES;

  private final CudaMemory scaleMemory;
  private final Tensor scaleCell;
  private final Kernel setScale;
  private final KernelPair forwardBackward;
  private final KernelPair forward;

  CrossEntropy(KernelModule module, CudaMemory scaleMemory) {
    this.scaleMemory = scaleMemory;
    scaleCell = scaleMemory.tensor(0, DType.FP32, 1);
    setScale = module.kernel("crossentropy_scale_fp32");
    forwardBackward = KernelPair.of(module, "crossentropy_forward_backward");
    forward = KernelPair.of(module, "crossentropy_forward");
  }

  /** A block a row. */
  void forwardBackward(Tensor logits, Tensor losses, Tensor targets, float scale) {
    setScale.put(scaleCell).put(scale).launchOne();
    forwardBackward
        .of(logits)
        .put(logits)
        .put(losses)
        .put(targets)
        .put(scaleCell)
        .put(logits.columns())
        .launch(logits.rows(), 1, 1, Kernel.BLOCK, 1, SCRATCH);
  }

  void forward(Tensor losses, Tensor largest, Tensor logits, Tensor targets) {
    forward
        .of(logits)
        .put(losses)
        .put(largest)
        .put(logits)
        .put(targets)
        .put(logits.columns())
        .launch(logits.rows(), 1, 1, Kernel.BLOCK, 1, 2 * SCRATCH);
  }

  @Override
  public void close() {
    scaleMemory.close();
  }
}
