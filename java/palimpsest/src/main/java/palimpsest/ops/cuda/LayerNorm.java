package palimpsest.ops.cuda;

import palimpsest.ops.Tensor;

/** Layer norm, and two of one input: {@code layernorm.cu}. */
final class LayerNorm {
  private final Workspace workspace;
  private final KernelPair forward;
  private final KernelPair pairForward;
  private final KernelPair backwardInput;
  private final KernelPair backwardParameters;
  private final Kernel sumParameters;

  LayerNorm(KernelModule module, Workspace workspace) {
    this.workspace = workspace;
    forward = KernelPair.of(module, "layernorm_forward");
    pairForward = KernelPair.of(module, "layernorm_pair_forward");
    backwardInput = KernelPair.of(module, "layernorm_backward_input");
    backwardParameters = KernelPair.of(module, "layernorm_backward_parameters");
    sumParameters = module.kernel("layernorm_sum_parameters_fp32");
  }

  void forward(
      Tensor out, Tensor mean, Tensor rstd, Tensor in, Tensor weight, Tensor bias, float epsilon) {
    forward
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
    pairForward
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

  void backwardInput(Tensor dIn, Tensor dOut, Tensor in, Tensor weight, Tensor mean, Tensor rstd) {
    backwardInput
        .of(in)
        .put(dIn)
        .put(dOut)
        .put(in)
        .put(weight)
        .put(mean)
        .put(rstd)
        .put((long) in.rows())
        .put(in.columns())
        .launchWarps(in.rows());
  }

  void backwardParameters(
      Tensor dWeight, Tensor dBias, Tensor dOut, Tensor in, Tensor mean, Tensor rstd) {
    int width = in.columns();
    int parts = Kernel.blocks(in.rows(), Kernel.ROWS_A_PART);
    long partials = workspace.floats(2L * parts * width);
    backwardParameters
        .of(in)
        .put(partials)
        .put(dOut)
        .put(in)
        .put(mean)
        .put(rstd)
        .put((long) in.rows())
        .put(width)
        .launchColumns(width, parts);
    sumParameters
        .put(dWeight)
        .put(dBias)
        .put(0L)
        .put(0L)
        .put(partials)
        .put(parts)
        .put(width)
        .launchColumns(width, 2);
  }
}
