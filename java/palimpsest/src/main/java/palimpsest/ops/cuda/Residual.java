package palimpsest.ops.cuda;

import palimpsest.ops.DType;
import palimpsest.ops.Tensor;

/** Biases, residual sums, copies, rows picked out and put back: {@code residual.cu}. */
final class Residual {
  private final Workspace workspace;
  private final KernelPair bias;
  private final KernelPair add;
  private final KernelPair copy;
  private final KernelPair convert;
  private final KernelPair zero;
  private final KernelPair gather;
  private final KernelPair scatter;
  private final KernelPair biasGradient;
  private final Kernel sumPartials;

  Residual(KernelModule module, Workspace workspace) {
    this.workspace = workspace;
    bias = KernelPair.of(module, "residual_bias");
    add = KernelPair.of(module, "residual_add");
    copy = KernelPair.of(module, "residual_copy");
    convert = KernelPair.of(module, "residual_convert");
    zero = KernelPair.of(module, "residual_zero");
    gather = KernelPair.of(module, "residual_gather");
    scatter = KernelPair.of(module, "residual_scatter");
    biasGradient = KernelPair.of(module, "residual_bias_gradient");
    sumPartials = module.kernel("residual_sum_partials_fp32");
  }

  /** {@code out[n] += bias}. */
  void bias(Tensor out, Tensor biases) {
    bias.of(out)
        .put(out)
        .put(biases)
        .put((long) out.rows())
        .put(out.columns())
        .launchRows(out.rows(), out.columns());
  }

  /** {@code dBias += Σ dOut[n]}. */
  void biasGradient(Tensor dBias, Tensor dOut) {
    int width = dOut.columns();
    int parts = Kernel.blocks(dOut.rows(), Kernel.ROWS_A_PART);
    long partials = workspace.floats((long) parts * width);
    biasGradient
        .of(dOut)
        .put(partials)
        .put(dOut)
        .put((long) dOut.rows())
        .put(width)
        .launchColumns(width, parts);
    sumPartials.put(dBias).put(partials).put(parts).put(width).launchColumns(width, 1);
  }

  void add(Tensor out, Tensor in) {
    add.of(out).put(out).put(in).put(out.size()).launchElements(out.size());
  }

  void copy(Tensor out, Tensor in) {
    KernelPair kernels = out.dtype() == in.dtype() ? copy : convert;
    kernels.of(out).put(out).put(in).put(out.size()).launchElements(out.size());
  }

  void zero(Tensor out) {
    // The bits of 0 are those of an integer's.
    Kernel kernel = zero.of(out.dtype() == DType.INT32 ? DType.FP32 : out.dtype());
    kernel.put(out).put(out.size()).launchElements(out.size());
  }

  void gather(Tensor out, Tensor in, Tensor rows) {
    move(gather.of(out), out, in, rows);
  }

  void scatter(Tensor out, Tensor in, Tensor rows) {
    zero(out);
    move(scatter.of(out), out, in, rows);
  }

  private static void move(Kernel kernel, Tensor out, Tensor in, Tensor rows) {
    int width = in.columns();
    long count = rows.size();
    kernel.put(out).put(in).put(rows).put(count).put(width).launchRows(count, width);
  }
}
