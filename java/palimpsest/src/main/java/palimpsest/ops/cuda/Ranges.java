package palimpsest.ops.cuda;

import palimpsest.ops.Along;
import palimpsest.ops.DType;
import palimpsest.ops.Tensor;

/** Sums over ranges of the flat fp32 buffers: {@code ranges.cu} and {@code ranges_wide.cu}. */
final class Ranges implements AutoCloseable {
  /** Elements that a block sums up. */
  private static final int SUM_BLOCK = 2048;

  private static final int SUM_SHARED = 32 * Float.BYTES;

  private final CudaMemory sumMemory;
  private final Workspace workspace;
  private final Staging staging;
  private final Kernel merge;
  private final boolean fast;
  private final Kernel squares;
  private final Kernel wideSquares;
  private final Kernel dot;
  private final Kernel sum;
  private final Kernel axpy;
  private final Kernel accumulateSquares;
  private final Kernel accumulateMagnitudes;
  private final Kernel quadraticPenalty;
  private final Kernel removeAlong;

  /**
   * @param sumMemory room for a double
   */
  Ranges(
      KernelModule module,
      CudaMemory sumMemory,
      Workspace workspace,
      Staging staging,
      KernelChoice choice) {
    fast = choice == KernelChoice.FAST;
    wideSquares = module.kernel("ranges_wide_squares_fp32");
    this.sumMemory = sumMemory;
    this.workspace = workspace;
    this.staging = staging;
    merge = module.kernel("ranges_merge_fp32");
    squares = module.kernel("ranges_squares_fp32");
    dot = module.kernel("ranges_dot_fp32");
    sum = module.kernel("ranges_sum_fp32");
    axpy = module.kernel("ranges_axpy_fp32");
    accumulateSquares = module.kernel("ranges_accumulate_squares_fp32");
    accumulateMagnitudes = module.kernel("ranges_accumulate_magnitudes_fp32");
    quadraticPenalty = module.kernel("ranges_quadratic_penalty_fp32");
    removeAlong = module.kernel("ranges_remove_along_fp32");
  }

  /** {@code into += from}, {@code from = 0} in the segments that are trained. */
  void merge(CudaSegments segments, Tensor into, Tensor from) {
    if (segments.blocks() > 0) {
      merge
          .put(into)
          .put(from)
          .put(segments.table())
          .put(segments.trained())
          .launch(segments.blocks(), 1, 1, Kernel.BLOCK, 1, 0);
    }
  }

  /** Σ x² over the segments that are trained. */
  double squares(CudaSegments segments, Tensor x) {
    if (segments.blocks() == 0) {
      return 0;
    }
    squaresOnDevice(segments, x);
    return lastSum();
  }

  /** {@link #squares} left in device memory, of at least one block; returns its address. */
  long squaresOnDevice(CudaSegments segments, Tensor x) {
    long partials = workspace.floats(segments.blocks());
    boolean wide = fast && Wide.fits(0, DType.FP32, x.address());
    (wide ? wideSquares : squares)
        .put(partials)
        .put(x)
        .put(segments.table())
        .put(segments.trained())
        .launch(segments.blocks(), 1, 1, Kernel.BLOCK, 1, SUM_SHARED);
    sumOnDevice(partials, segments.blocks());
    return sumMemory.address();
  }

  /** Σ x y. */
  double dot(Tensor x, Tensor y) {
    int blocks = Kernel.blocks(x.size(), SUM_BLOCK);
    long partials = workspace.floats(blocks);
    dot.put(partials).put(x).put(y).put(x.size()).launch(blocks, 1, 1, Kernel.BLOCK, 1, SUM_SHARED);
    return sum(partials, blocks);
  }

  void axpy(Tensor y, float a, Tensor x) {
    axpy.put(y).put(x).put(a).put(x.size()).launchElements(x.size());
  }

  void accumulateSquares(Tensor out, Tensor x, float factor) {
    accumulateSquares.put(out).put(x).put(factor).put(x.size()).launchElements(x.size());
  }

  void accumulateMagnitudes(Tensor out, Tensor x, float factor) {
    accumulateMagnitudes.put(out).put(x).put(factor).put(x.size()).launchElements(x.size());
  }

  /** Adds the gradient; returns the value. */
  double quadraticPenalty(
      Tensor gradient, Tensor importance, Tensor weights, Tensor anchor, float strength) {
    int blocks = Kernel.blocks(weights.size(), SUM_BLOCK);
    long partials = workspace.floats(blocks);
    quadraticPenalty
        .put(partials)
        .put(gradient)
        .put(importance)
        .put(weights)
        .put(anchor)
        .put(strength)
        .put(weights.size())
        .launch(blocks, 1, 1, Kernel.BLOCK, 1, SUM_SHARED);
    return 0.5 * strength * sum(partials, blocks);
  }

  /** A warp a row. */
  void removeAlong(Tensor x, Tensor direction, Along along, float strength) {
    removeAlong
        .put(x)
        .put(direction)
        .put(normsOfX(along))
        .put(normsOfDirection(along))
        .put(strength)
        .put((long) x.rows())
        .put(x.columns())
        .launchWarps(x.rows());
  }

  private static int normsOfX(Along along) {
    return switch (along) {
      case PROJECTION, HALF_NORMED -> 0;
      case COSINE -> 1;
    };
  }

  private static int normsOfDirection(Along along) {
    return switch (along) {
      case PROJECTION -> 2;
      case COSINE, HALF_NORMED -> 1;
    };
  }

  /** In double, read back. */
  private double sum(long partials, int count) {
    sumOnDevice(partials, count);
    return lastSum();
  }

  /** What the last sum came to. */
  double lastSum() {
    return staging.readDouble(sumMemory.address());
  }

  private void sumOnDevice(long partials, int count) {
    sum.put(sumMemory.address())
        .put(partials)
        .put(count)
        .launch(1, 1, 1, Kernel.BLOCK, 1, Kernel.BLOCK * Double.BYTES);
  }

  @Override
  public void close() {
    sumMemory.close();
  }
}
