package palimpsest.ops.cuda;

import palimpsest.ops.Tensor;

/** RMS norm: the kernels {@code layernorm_rms} of {@code layernorm.cu}. */
final class RmsNorm {
  private final Workspace workspace;
  private final KernelPair forward;
  private final KernelPair backwardInput;
  private final KernelPair backwardParameters;
  private final Kernel sumParameters;

  RmsNorm(KernelModule module, Workspace workspace) {
    this.workspace = workspace;
    forward = KernelPair.of(module, "layernorm_rms_forward");
    backwardInput = KernelPair.of(module, "layernorm_rms_backward_input");
    backwardParameters = KernelPair.of(module, "layernorm_rms_backward_parameters");
    sumParameters = module.kernel("layernorm_sum_parameters_fp32");
  }

  void forward(Tensor out, Tensor rstd, Tensor in, Tensor weight, float epsilon) {
    forward
        .of(in)
        .put(out)
        .put(rstd)
        .put(in)
        .put(weight)
        .put((long) in.rows())
        .put(in.columns())
        .put(epsilon)
        .launchWarps(in.rows());
  }

  /** Adds to {@code dIn} and to {@code dWeight}, where they are not null. */
  void backward(Tensor dIn, Tensor dWeight, Tensor dOut, Tensor in, Tensor weight, Tensor rstd) {
    if (dWeight != null) {
      backwardWeight(dWeight, dOut, in, rstd);
    }
    if (dIn != null) {
      backwardInput
          .of(in)
          .put(dIn)
          .put(dOut)
          .put(in)
          .put(weight)
          .put(rstd)
          .put((long) in.rows())
          .put(in.columns())
          .launchWarps(in.rows());
    }
  }

  private void backwardWeight(Tensor dWeight, Tensor dOut, Tensor in, Tensor rstd) {
    int width = in.columns();
    int parts = Kernel.blocks(in.rows(), Kernel.ROWS_A_PART);
    long partials = workspace.floats((long) parts * width);
    backwardParameters
        .of(in)
        .put(partials)
        .put(dOut)
        .put(in)
        .put(rstd)
        .put((long) in.rows())
        .put(width)
        .launchColumns(width, parts);
    sumParameters
        .put(dWeight)
        .put(0L)
        .put(0L)
        .put(0L)
        .put(partials)
        .put(parts)
        .put(width)
        .launchColumns(width, 1);
  }
}
