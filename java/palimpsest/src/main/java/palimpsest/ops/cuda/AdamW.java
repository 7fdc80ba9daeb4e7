package palimpsest.ops.cuda;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import palimpsest.ops.AdamWStep;
import palimpsest.ops.DType;
import palimpsest.ops.Tensor;

/** The optimiser's step: {@code adamw.cu} and {@code adamw_wide.cu}. */
final class AdamW implements AutoCloseable {
  /** {@code Scalars}: nine floats, an integer, a double. */
  static final long MEMORY_BYTES = 48;

  private static final int WORDS = (int) MEMORY_BYTES / Integer.BYTES;
  private static final long UPDATES_OFFSET = 36;
  private static final long CLIP_OFFSET = 40;

  private final CudaMemory memory;
  private final Tensor scalars;
  private final Staging staging;
  private final byte[] prepared = new byte[(int) MEMORY_BYTES];
  private final Kernel clip;
  private final Kernel setScalars;
  private final boolean fast;
  private final KernelPair step;
  private final KernelPair wideStep;

  AdamW(KernelModule module, CudaMemory memory, Staging staging, KernelChoice choice) {
    this.staging = staging;
    clip = module.kernel("adamw_clip_fp32");
    fast = choice == KernelChoice.FAST;
    this.memory = memory;
    scalars = memory.tensor(0, DType.FP32, WORDS);
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
    stepPrepared(segments, weights, compute, gradients, moment1, moment2);
  }

  /** A step with the scalars that lie in device memory. */
  void stepPrepared(
      CudaSegments segments,
      Tensor weights,
      Tensor compute,
      Tensor gradients,
      Tensor moment1,
      Tensor moment2) {
    if (segments.blocks() == 0) {
      return;
    }
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
    setScalars.put(scalars);
    for (float scalar : scalars(step)) {
      setScalars.put(scalar);
    }
    setScalars.launchOne();
  }

  /** In the order of {@code Scalars}. */
  private static float[] scalars(AdamWStep step) {
    double correction1 = 1 - Math.pow(step.beta1(), step.step());
    double correction2 = 1 - Math.pow(step.beta2(), step.step());
    return new float[] {
      (float) step.gradientScale(),
      (float) step.beta1(),
      (float) (1 - step.beta1()),
      (float) step.beta2(),
      (float) (1 - step.beta2()),
      (float) (1 / Math.sqrt(correction2)),
      (float) step.epsilon(),
      (float) (step.learningRate() / correction1),
      (float) (step.learningRate() * step.weightDecay())
    };
  }

  /** Copies the scalars to the device, for a step that {@link #clip} comes before. */
  void prepare(AdamWStep step, double largestNorm) {
    MemorySegment bytes = MemorySegment.ofArray(prepared);
    float[] values = scalars(step);
    MemorySegment.copy(values, 0, bytes, JAVA_FLOAT_UNALIGNED, 0, values.length);
    bytes.set(JAVA_INT_UNALIGNED, UPDATES_OFFSET, 1);
    bytes.set(JAVA_DOUBLE_UNALIGNED, CLIP_OFFSET, largestNorm);
    staging.write(scalars.address(), MEMORY_BYTES, Staging.from(bytes));
  }

  /**
   * The scale from the norm.
   *
   * @param squares address of a double
   */
  void clip(long squares) {
    clip.put(scalars).put(squares).launchOne();
  }

  @Override
  public void close() {
    memory.close();
  }
}
