package palimpsest.ops.cuda;

import palimpsest.ops.AdamWStep;
import palimpsest.ops.DType;
import palimpsest.ops.Tensor;

/** The optimiser's step: {@code adamw.cu} and {@code adamw_wide.cu}. */
final class AdamW implements AutoCloseable {
  private static final int SCALARS = 9;

  static final long MEMORY_BYTES = SCALARS * Float.BYTES;

  private final CudaMemory memory;
  private final Tensor scalars;
  private final Kernel setScalars;
  private final boolean fast;
  private final KernelPair step;
  private final KernelPair wideStep;

  AdamW(KernelModule module, CudaMemory memory, KernelChoice choice) {
    fast = choice == KernelChoice.FAST;
    this.memory = memory;
    scalars = memory.tensor(0, DType.FP32, SCALARS);
    setScalars = module.kernel("adamw_scalars_fp32");
    step = KernelPair.of(module, "adamw_step");
    wideStep = KernelPair.of(module, "adamw_wide_step");
  }

  void step(
      CudaSegments segments,
      Tensor weights,
      Tensor compute,
      Tensor gradients,
      Tensor moment1,
      Tensor moment2,
      AdamWStep now) {
    if (segments.blocks() == 0) {
      return;
    }
    putScalars(now);
    long moments = moment1.address() | moment2.address();
    long others = weights.address() | compute.address() | gradients.address();
    boolean wide = fast && Wide.fits(0, DType.FP32, moments | others);
    Kernel kernel = (wide ? wideStep : step).of(compute);
    if (compute.dtype() == DType.FP32) {
      kernel.put(same(weights, compute));
    } else {
      kernel.put(weights).put(compute);
    }
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
