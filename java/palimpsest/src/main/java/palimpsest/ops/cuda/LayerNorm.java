package palimpsest.ops.cuda;

import palimpsest.ops.Tensor;

/** Layer norm, and two of one input: {@code layernorm.cu} and {@code layernorm_wide.cu}. */
final class LayerNorm {
  /** Chunks of a row that the wide kernels take at most. */
  private static final int MOST_CHUNKS = 256;

  /** Rows of a block of the wide backward pass: {@code PART}. */
  private static final int WIDE_PART = 128;

  /** Two turns of four rows, eight warps, two floats. */
  private static final int WIDE_SHARED = 2 * 4 * 8 * 2 * Float.BYTES;

  private final boolean fast;
  private final Workspace workspace;
  private final KernelPair forward;
  private final KernelPair pairForward;
  private final KernelPair backwardInput;
  private final KernelPair backwardParameters;
  private final KernelPair pairBackwardInput;
  private final KernelPair pairBackwardParameters;
  private final Kernel sumParameters;
  private final KernelPair wideForward;
  private final KernelPair widePairForward;
  private final KernelPair wideBackward;
  private final KernelPair widePairBackward;

  LayerNorm(KernelModule module, Workspace workspace, KernelChoice choice) {
    this.workspace = workspace;
    fast = choice == KernelChoice.FAST;
    pairBackwardInput = KernelPair.of(module, "layernorm_pair_backward_input");
    pairBackwardParameters = KernelPair.of(module, "layernorm_pair_backward_parameters");
    wideForward = KernelPair.of(module, "layernorm_wide_forward");
    widePairForward = KernelPair.of(module, "layernorm_wide_pair_forward");
    wideBackward = KernelPair.of(module, "layernorm_wide_backward");
    widePairBackward = KernelPair.of(module, "layernorm_wide_pair_backward");
    forward = KernelPair.of(module, "layernorm_forward");
    pairForward = KernelPair.of(module, "layernorm_pair_forward");
    backwardInput = KernelPair.of(module, "layernorm_backward_input");
    backwardParameters = KernelPair.of(module, "layernorm_backward_parameters");
    sumParameters = module.kernel("layernorm_sum_parameters_fp32");
  }

  /** Whether rows of the input are taken 16 bytes at once. */
  private boolean wide(Tensor in, long addresses) {
    return fast
        && Wide.fits(in.columns(), in.dtype(), in.address() | addresses)
        && in.columns() / Wide.chunk(in.dtype()) <= MOST_CHUNKS;
  }

  private static long address(Tensor tensor) {
    return tensor == null ? 0 : tensor.address();
  }

  void forward(
      Tensor out, Tensor mean, Tensor rstd, Tensor in, Tensor weight, Tensor bias, float epsilon) {
    boolean wide = wide(in, out.address() | weight.address() | bias.address());
    (wide ? wideForward : forward)
        .of(in)
        .put(out)
        .put(mean)
        .put(rstd)
        .put(in)
        .put(weight)
        .put(bias)
        .put((long) in.rows())
        .put(in.columns())
        .put(epsilon)
        .launchWarps(in.rows());
  }

  void pairForward(
      Tensor out1,
      Tensor out2,
      Tensor mean,
      Tensor rstd,
      Tensor in,
      Tensor weight1,
      Tensor bias1,
      Tensor weight2,
      Tensor bias2,
      float epsilon) {
    long outs = out1.address() | out2.address();
    long parameters = weight1.address() | bias1.address() | weight2.address() | bias2.address();
    (wide(in, outs | parameters) ? widePairForward : pairForward)
        .of(in)
        .put(out1)
        .put(out2)
        .put(mean)
        .put(rstd)
        .put(in)
        .put(weight1)
        .put(bias1)
        .put(weight2)
        .put(bias2)
        .put((long) in.rows())
        .put(in.columns())
        .put(epsilon)
        .launchWarps(in.rows());
  }

  /** Adds to {@code dIn}, and to {@code dWeight} and {@code dBias}, where they are not null. */
  void backward(
      Tensor dIn,
      Tensor dWeight,
      Tensor dBias,
      Tensor dOut,
      Tensor in,
      Tensor weight,
      Tensor mean,
      Tensor rstd) {
    if (wide(in, address(dIn) | dOut.address() | weight.address())) {
      long partials = widePartials(dWeight, in, 2);
      putRows(
              wideBackward.of(in).put(dIn).put(partials).put(dOut).put(in).put(weight),
              mean,
              rstd,
              in)
          .launch(Kernel.blocks(in.rows(), WIDE_PART), 1, 1, wideBlock(in), 1, WIDE_SHARED);
      addWide(dWeight, dBias, null, null, partials, in, 2);
      return;
    }
    if (dWeight != null) {
      long partials = partials(in, 2);
      putRows(backwardParameters.of(in).put(partials).put(dOut).put(in), mean, rstd, in)
          .launchColumns(in.columns(), parts(in));
      addParts(dWeight, dBias, null, null, partials, parts(in), in, 2);
    }
    if (dIn != null) {
      putRows(backwardInput.of(in).put(dIn).put(dOut).put(in).put(weight), mean, rstd, in)
          .launchWarps(in.rows());
    }
  }

  /** {@link #backward} of both norms of a pair. */
  void pairBackward(
      Tensor dIn,
      Tensor dWeight1,
      Tensor dBias1,
      Tensor dWeight2,
      Tensor dBias2,
      Tensor dOut1,
      Tensor dOut2,
      Tensor in,
      Tensor weight1,
      Tensor weight2,
      Tensor mean,
      Tensor rstd) {
    long dOuts = dOut1.address() | dOut2.address();
    if (wide(in, address(dIn) | dOuts | weight1.address() | weight2.address())) {
      long partials = widePartials(dWeight1 == null ? dWeight2 : dWeight1, in, 4);
      Kernel kernel = widePairBackward.of(in).put(dIn).put(partials).put(dOut1).put(dOut2).put(in);
      putRows(kernel.put(weight1).put(weight2), mean, rstd, in)
          .launch(Kernel.blocks(in.rows(), WIDE_PART), 1, 1, wideBlock(in), 1, WIDE_SHARED);
      addWide(dWeight1, dBias1, dWeight2, dBias2, partials, in, 4);
      return;
    }
    if (dWeight1 != null || dWeight2 != null) {
      long partials = partials(in, 4);
      Kernel kernel = pairBackwardParameters.of(in).put(partials).put(dOut1).put(dOut2).put(in);
      putRows(kernel, mean, rstd, in).launchColumns(in.columns(), parts(in));
      addParts(dWeight1, dBias1, dWeight2, dBias2, partials, parts(in), in, 4);
    }
    if (dIn != null) {
      Kernel kernel = pairBackwardInput.of(in).put(dIn).put(dOut1).put(dOut2).put(in);
      putRows(kernel.put(weight1).put(weight2), mean, rstd, in).launchWarps(in.rows());
    }
  }

  private static Kernel putRows(Kernel kernel, Tensor mean, Tensor rstd, Tensor in) {
    return kernel.put(mean).put(rstd).put((long) in.rows()).put(in.columns());
  }

  private static int parts(Tensor in) {
    return Kernel.blocks(in.rows(), Kernel.ROWS_A_PART);
  }

  private long partials(Tensor in, int planes) {
    return workspace.floats((long) planes * parts(in) * in.columns());
  }

  /** 0 where no parameter trains. */
  private long widePartials(Tensor dWeight, Tensor in, int planes) {
    long parts = Kernel.blocks(in.rows(), WIDE_PART);
    return dWeight == null ? 0 : workspace.floats(planes * parts * in.columns());
  }

  /** A thread a chunk of a row. */
  private static int wideBlock(Tensor in) {
    return Kernel.roundUp(in.columns() / Wide.chunk(in.dtype()), Kernel.WARP);
  }

  private void addWide(
      Tensor dWeight1,
      Tensor dBias1,
      Tensor dWeight2,
      Tensor dBias2,
      long partials,
      Tensor in,
      int planes) {
    if (partials != 0) {
      int parts = Kernel.blocks(in.rows(), WIDE_PART);
      addParts(dWeight1, dBias1, dWeight2, dBias2, partials, parts, in, planes);
    }
  }

  private void addParts(
      Tensor dWeight1,
      Tensor dBias1,
      Tensor dWeight2,
      Tensor dBias2,
      long partials,
      int parts,
      Tensor in,
      int planes) {
    sumParameters
        .put(dWeight1)
        .put(dBias1)
        .put(dWeight2)
        .put(dBias2)
        .put(partials)
        .put(parts)
        .put(in.columns())
        .launchColumns(in.columns(), planes);
  }
}
