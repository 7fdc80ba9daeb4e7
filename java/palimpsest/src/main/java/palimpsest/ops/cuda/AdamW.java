package palimpsest.ops.cuda;

import palimpsest.ops.AdamWStep;
import palimpsest.ops.DType;
import palimpsest.ops.Tensor;

/**
 * The optimiser's step and the norm of what it steps along: {@code adamw.cu}, {@code ranges.cu}.
 */
final class AdamW implements AutoCloseable {
  private static final int SCALARS = 9;

  /** The scalars' cell, then the sum of squares; both aligned. */
  private static final long SUM_OFFSET = 64;

  static final long MEMORY_BYTES = 128;

  private static final int SUM_SHARED = 32 * Float.BYTES;

  private final CudaMemory memory;
  private final Tensor scalars;
  private final Workspace workspace;
  private final Staging staging;
  private final Kernel setScalars;
  private final Kernel stepFp32;
  private final Kernel stepBf16;
  private final Kernel merge;
  private final Kernel squares;
  private final Kernel sum;

  AdamW(KernelModule module, CudaMemory memory, Workspace workspace, Staging staging) {
    this.memory = memory;
    this.workspace = workspace;
    this.staging = staging;
    scalars = memory.tensor(0, DType.FP32, SCALARS);
    setScalars = module.kernel("adamw_scalars_fp32");
    stepFp32 = module.kernel("adamw_step_fp32");
    stepBf16 = module.kernel("adamw_step_bf16");
    merge = module.kernel("ranges_merge_fp32");
    squares = module.kernel("ranges_squares_fp32");
    sum = module.kernel("ranges_sum_fp32");
  }

  /** {@code into += from}, {@code from = 0} in the segments that are trained. */
  void merge(CudaSegments segments, Tensor into, Tensor from) {
    if (segments.blocks() > 0) {
      merge
          .put(into)
          .put(from)
          .put(segments.table())
          .put(segments.trained())
          .launch(segments.blocks(), 1, 1, Kernel.BLOCK, 1, 0);
    }
  }

  /** Σ x² over the segments that are trained. */
  double squares(CudaSegments segments, Tensor x) {
    if (segments.blocks() == 0) {
      return 0;
    }
    long partials = workspace.floats(segments.blocks());
    long result = memory.address() + SUM_OFFSET;
    squares
        .put(partials)
        .put(x)
        .put(segments.table())
        .put(segments.trained())
        .launch(segments.blocks(), 1, 1, Kernel.BLOCK, 1, SUM_SHARED);
    sum.put(result)
        .put(partials)
        .put(segments.blocks())
        .launch(1, 1, 1, Kernel.BLOCK, 1, Kernel.BLOCK * Double.BYTES);
    return staging.readDouble(result);
  }

  void step(
      CudaSegments segments,
      Tensor weights,
      Tensor compute,
      Tensor gradients,
      Tensor moment1,
      Tensor moment2,
      AdamWStep step) {
    if (segments.blocks() == 0) {
      return;
    }
    putScalars(step);
    Kernel kernel =
        switch (compute.dtype()) {
          case FP32 -> stepFp32.put(same(weights, compute));
          case BF16 -> stepBf16.put(weights).put(compute);
          case INT32 -> throw new IllegalArgumentException("no weights of integers");
        };
    kernel
        .put(gradients)
        .put(moment1)
        .put(moment2)
        .put(scalars)
        .put(segments.table())
        .put(segments.trained())
        .launch(segments.blocks(), 1, 1, Kernel.BLOCK, 1, 0);
  }

  private static Tensor same(Tensor weights, Tensor compute) {
    if (weights.address() != compute.address()) {
      throw new IllegalArgumentException("on fp32 the products read the weights themselves");
    }
    return weights;
  }

  private void putScalars(AdamWStep step) {
    double correction1 = 1 - Math.pow(step.beta1(), step.step());
    double correction2 = 1 - Math.pow(step.beta2(), step.step());
    setScalars
        .put(scalars)
        .put((float) step.gradientScale())
        .put((float) step.beta1())
        .put((float) (1 - step.beta1()))
        .put((float) step.beta2())
        .put((float) (1 - step.beta2()))
        .put((float) (1 / Math.sqrt(correction2)))
        .put((float) step.epsilon())
        .put((float) (step.learningRate() / correction1))
        .put((float) (step.learningRate() * step.weightDecay()))
        .launchOne();
  }

  @Override
  public void close() {
    memory.close();
  }
}
