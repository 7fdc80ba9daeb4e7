package palimpsest.ops.cuda;

import palimpsest.ops.AdamWStep;
import palimpsest.ops.DType;
import palimpsest.ops.Tensor;

/** The optimiser's step: {@code adamw.cu}. */
final class AdamW implements AutoCloseable {
  private static final int SCALARS = 9;

  static final long MEMORY_BYTES = SCALARS * Float.BYTES;

  private final CudaMemory memory;
  private final Tensor scalars;
  private final Kernel setScalars;
  private final Kernel stepFp32;
  private final Kernel stepBf16;

  AdamW(KernelModule module, CudaMemory memory) {
    this.memory = memory;
    scalars = memory.tensor(0, DType.FP32, SCALARS);
    setScalars = module.kernel("adamw_scalars_fp32");
    stepFp32 = module.kernel("adamw_step_fp32");
    stepBf16 = module.kernel("adamw_step_bf16");
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
