package palimpsest.ops.cuda;

import palimpsest.ops.Activation;
import palimpsest.ops.Tensor;

/** A form of GELU: {@code gelu.cu} and {@code gelu_wide.cu}. */
final class Gelu {
  private final boolean fast;
  private final Residual residual;
  private final KernelPair forward;
  private final KernelPair backward;
  private final KernelPair wideForward;
  private final KernelPair wideBackward;

  /**
   * @param residual sums up what the backward pass leaves for a bias
   */
  Gelu(KernelModule module, Residual residual, KernelChoice choice, Activation form) {
    this.residual = residual;
    fast = choice == KernelChoice.FAST;
    String name =
        switch (form) {
          case GELU -> "erf";
          case GELU_TANH -> "tanh";
        };
    forward = KernelPair.of(module, "gelu_" + name + "_forward");
    backward = KernelPair.of(module, "gelu_" + name + "_backward");
    wideForward = KernelPair.of(module, "gelu_wide_" + name + "_forward");
    wideBackward = KernelPair.of(module, "gelu_wide_" + name + "_backward");
  }

  /** {@code out = gelu(hidden)}. */
  void forward(Tensor out, Tensor hidden) {
    int chunk = Wide.chunk(out.dtype());
    long size = hidden.size();
    boolean wide = fast && Wide.fits(size, out.dtype(), out.address() | hidden.address());
    Kernel kernel = (wide ? wideForward : forward).of(out).put(out).put(hidden).put(size);
    kernel.launchElements(wide ? size / chunk : size);
  }

  /** {@code dOut *= gelu′(hidden)}, {@code dBias += Σ dOut} unless it is null. */
  void backward(Tensor dOut, Tensor hidden, Tensor dBias) {
    int width = dOut.columns();
    if (fast && Wide.fits(width, dOut.dtype(), dOut.address() | hidden.address())) {
      long partials = dBias == null ? 0 : residual.partials(dOut);
      residual.launchColumnSums(
          wideBackward
              .of(dOut)
              .put(dOut)
              .put(partials)
              .put(hidden)
              .put((long) dOut.rows())
              .put(width),
          dOut);
      if (dBias != null) {
        residual.sumPartials(dBias, partials, dOut);
      }
      return;
    }
    backward.of(dOut).put(dOut).put(hidden).put(dOut.size()).launchElements(dOut.size());
    if (dBias != null) {
      residual.biasGradient(dBias, dOut);
    }
  }
}
