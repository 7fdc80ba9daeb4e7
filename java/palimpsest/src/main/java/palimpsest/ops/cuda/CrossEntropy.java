package palimpsest.ops.cuda;

import palimpsest.ops.DType;
import palimpsest.ops.Tensor;

/** Softmax cross-entropy: {@code crossentropy.cu} and {@code crossentropy_wide.cu}. */
final class CrossEntropy implements AutoCloseable {
  /** Of a sum or a maximum over a block. */
  private static final int SCRATCH = 32 * Float.BYTES;

  /** What CUDA itself takes of a block's shared memory. */
  private static final int SYSTEM_SHARED = 1 << 10;

  private static final int MOST_THREADS = 512;

  private final CudaMemory scaleMemory;
  private final Tensor scaleCell;
  private final Kernel setScale;
  private final KernelPair forwardBackward;
  private final KernelPair forward;
  private final boolean fast;
  private final KernelPair wideForwardBackward;
  private final KernelPair wideForward;

  /** Bytes of a row that a block keeps in shared memory at most, so that two blocks fit. */
  private final int mostKept;

  CrossEntropy(KernelModule module, CudaMemory scaleMemory, KernelChoice choice) {
    fast = choice == KernelChoice.FAST;
    wideForwardBackward = KernelPair.of(module, "crossentropy_wide_forward_backward");
    wideForward = KernelPair.of(module, "crossentropy_wide_forward");
    mostKept = module.sharedLimit() / 2 - SCRATCH - SYSTEM_SHARED;
    this.scaleMemory = scaleMemory;
    scaleCell = scaleMemory.tensor(0, DType.FP32, 1);
    setScale = module.kernel("crossentropy_scale_fp32");
    forwardBackward = KernelPair.of(module, "crossentropy_forward_backward");
    forward = KernelPair.of(module, "crossentropy_forward");
  }

  /** A block a row. */
  void forwardBackward(Tensor logits, Tensor losses, Tensor targets, float scale) {
    setScale.put(scaleCell).put(scale).launchOne();
    if (wide(logits)) {
      int bytes = logits.dtype().bytes();
      int chunk = Wide.chunk(logits.dtype());
      int kept =
          Math.min(Kernel.roundUp(logits.columns(), chunk), mostKept / bytes / chunk * chunk);
      wideForwardBackward
          .of(logits)
          .putRows(logits)
          .put(losses)
          .put(targets)
          .put(scaleCell)
          .put(logits.columns())
          .put(logits.stride())
          .put(kept)
          .launch(logits.rows(), 1, 1, wideBlock(logits), 1, SCRATCH + kept * bytes);
      return;
    }
    forwardBackward
        .of(logits)
        .putRows(logits)
        .put(losses)
        .put(targets)
        .put(scaleCell)
        .put(logits.columns())
        .put(logits.stride())
        .launch(logits.rows(), 1, 1, Kernel.BLOCK, 1, SCRATCH);
  }

  private boolean wide(Tensor logits) {
    return fast && Wide.fits(logits.stride(), logits.dtype(), logits.rowsAddress());
  }

  /** A thread a chunk, up to {@link #MOST_THREADS}. */
  private static int wideBlock(Tensor logits) {
    int chunks = Kernel.blocks(logits.columns(), Wide.chunk(logits.dtype()));
    return Math.min(MOST_THREADS, Kernel.roundUp(chunks, Kernel.WARP));
  }

  void forward(Tensor losses, Tensor largest, Tensor logits, Tensor targets) {
    boolean wide = wide(logits);
    (wide ? wideForward : forward)
        .of(logits)
        .put(losses)
        .put(largest)
        .putRows(logits)
        .put(targets)
        .put(logits.columns())
        .put(logits.stride())
        .launch(logits.rows(), 1, 1, wide ? wideBlock(logits) : Kernel.BLOCK, 1, 2 * SCRATCH);
  }

  @Override
  public void close() {
    scaleMemory.close();
  }
}
