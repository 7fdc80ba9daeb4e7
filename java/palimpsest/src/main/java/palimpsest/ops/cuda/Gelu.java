package palimpsest.ops.cuda;

import palimpsest.ops.Tensor;

/** The exact GELU: {@code gelu.cu}. */
final class Gelu {
  private final KernelPair forward;
  private final KernelPair backward;

  Gelu(KernelModule module) {
    forward = KernelPair.of(module, "gelu_erf_forward");
    backward = KernelPair.of(module, "gelu_erf_backward");
  }

  /** {@code hidden += bias}, {@code out = gelu(hidden)}. */
  void biasForward(Tensor out, Tensor hidden, Tensor bias) {
    forward
        .of(out)
        .put(out)
        .put(hidden)
        .put(bias)
        .put((long) hidden.rows())
        .put(hidden.columns())
        .launchRows(hidden.rows(), hidden.columns());
  }

  /** {@code dOut *= gelu′(hidden)}. */
  void backward(Tensor dOut, Tensor hidden) {
    backward.of(dOut).put(dOut).put(hidden).put(dOut.size()).launchElements(dOut.size());
  }
}
