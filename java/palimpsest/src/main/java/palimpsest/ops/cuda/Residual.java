package palimpsest.ops.cuda;

import palimpsest.ops.DType;
import palimpsest.ops.Tensor;

/**
 * Biases, residual sums, copies, rows picked out and put back: {@code residual.cu} and {@code
 * residual_wide.cu}.
 */
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
  private final boolean fast;
  private final KernelPair fillBias;
  private final KernelPair wideBias;
  private final KernelPair wideFillBias;
  private final KernelPair wideAdd;
  private final KernelPair wideCopy;
  private final KernelPair wideZero;
  private final KernelPair wideGather;
  private final KernelPair wideScatter;
  private final KernelPair wideBiasGradient;

  Residual(KernelModule module, Workspace workspace, KernelChoice choice) {
    this.workspace = workspace;
    fast = choice == KernelChoice.FAST;
    fillBias = KernelPair.of(module, "residual_fill_bias");
    wideBias = KernelPair.of(module, "residual_wide_bias");
    wideFillBias = KernelPair.of(module, "residual_wide_fill_bias");
    wideAdd = KernelPair.of(module, "residual_wide_add");
    wideCopy = KernelPair.of(module, "residual_wide_copy");
    wideZero = KernelPair.of(module, "residual_wide_zero");
    wideGather = KernelPair.of(module, "residual_wide_gather");
    wideScatter = KernelPair.of(module, "residual_wide_scatter");
    wideBiasGradient = KernelPair.of(module, "residual_wide_bias_gradient");
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
    inRows(bias, wideBias, out, biases);
  }

  /** {@code out[n] = bias}. */
  void fillBias(Tensor out, Tensor biases) {
    inRows(fillBias, wideFillBias, out, biases);
  }

  private void inRows(KernelPair plain, KernelPair wide, Tensor out, Tensor biases) {
    boolean fits = wide(out.columns(), out, biases.address());
    (fits ? wide : plain)
        .of(out)
        .put(out)
        .put(biases)
        .put((long) out.rows())
        .put(out.columns())
        .launchRows(out.rows(), fits ? chunks(out) : out.columns());
  }

  /** Whether rows or elements are taken 16 bytes at once. */
  private boolean wide(long columns, Tensor tensor, long addresses) {
    return fast && Wide.fits(columns, tensor.dtype(), tensor.address() | addresses);
  }

  private static int chunks(Tensor rows) {
    return rows.columns() / Wide.chunk(rows.dtype());
  }

  /** {@code dBias += Σ dOut[n]}. */
  void biasGradient(Tensor dBias, Tensor dOut) {
    int width = dOut.columns();
    long partials = partials(dOut);
    boolean wide = wide(width, dOut, 0);
    Kernel kernel = (wide ? wideBiasGradient : biasGradient).of(dOut);
    kernel.put(partials).put(dOut).put((long) dOut.rows()).put(width);
    if (wide) {
      launchColumnSums(kernel, dOut);
    } else {
      kernel.launchColumns(width, parts(dOut));
    }
    sumPartials(dBias, partials, dOut);
  }

  /** Where the first step of a sum down these rows' columns goes. */
  long partials(Tensor rows) {
    return workspace.floats((long) parts(rows) * rows.columns());
  }

  /** The first step, a chunk of 16 bytes a thread. */
  void launchColumnSums(Kernel kernel, Tensor rows) {
    int chunk = Wide.chunk(rows.dtype());
    int shared = Kernel.BLOCK * chunk * Float.BYTES;
    kernel.launch(
        Kernel.blocks(chunks(rows), Kernel.WARP), parts(rows), 1, Kernel.BLOCK, 1, shared);
  }

  /** The second step: adds the partial sums. */
  void sumPartials(Tensor out, long partials, Tensor rows) {
    int width = rows.columns();
    sumPartials.put(out).put(partials).put(parts(rows)).put(width).launchColumns(width, 1);
  }

  private static int parts(Tensor rows) {
    return Kernel.blocks(rows.rows(), Kernel.ROWS_A_PART);
  }

  void add(Tensor out, Tensor in) {
    inElements(add, wideAdd, out, in);
  }

  void copy(Tensor out, Tensor in) {
    if (out.dtype() == in.dtype()) {
      inElements(copy, wideCopy, out, in);
    } else {
      convert.of(out).put(out).put(in).put(out.size()).launchElements(out.size());
    }
  }

  private void inElements(KernelPair plain, KernelPair wide, Tensor out, Tensor in) {
    boolean fits = wide(out.size(), out, in.address());
    Kernel kernel = (fits ? wide : plain).of(out).put(out).put(in).put(out.size());
    kernel.launchElements(fits ? out.size() / Wide.chunk(out.dtype()) : out.size());
  }

  void zero(Tensor out) {
    // The bits of 0 are those of an integer's.
    DType dtype = out.dtype() == DType.INT32 ? DType.FP32 : out.dtype();
    boolean fits = wide(out.size(), out, 0);
    Kernel kernel = (fits ? wideZero : zero).of(dtype).put(out).put(out.size());
    kernel.launchElements(fits ? out.size() / Wide.chunk(dtype) : out.size());
  }

  void gather(Tensor out, Tensor in, Tensor rows) {
    move(gather, wideGather, out, in, rows);
  }

  void scatter(Tensor out, Tensor in, Tensor rows) {
    zero(out);
    move(scatter, wideScatter, out, in, rows);
  }

  private void move(KernelPair plain, KernelPair wide, Tensor out, Tensor in, Tensor rows) {
    int width = in.columns();
    long count = rows.size();
    boolean fits = wide(width, out, in.address());
    Kernel kernel = (fits ? wide : plain).of(out).put(out).put(in).put(rows).put(count).put(width);
    kernel.launchRows(count, fits ? chunks(in) : width);
  }
}
