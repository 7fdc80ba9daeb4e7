package palimpsest.ops.work;

/**
 * Layer norm and RMS norm of {@code [N, C]}; mean and rstd {@code [N]} are fp32.
 *
 * @param rows N
 * @param width C
 * @param bytes E of an activation
 */
public record LayerNormWork(long rows, long width, int bytes) {
  private static final int STATISTICS = 2 * Float.BYTES;

  /** Mean, variance and the result: 8 FLOPs an element. */
  public Work forward() {
    return new Work(passes(2), 8.0 * rows * width);
  }

  /** Two norms of one input, which is read once: 10 FLOPs an element. */
  public Work pairForward() {
    return new Work(passes(3), 10.0 * rows * width);
  }

  /**
   * Reads in and dOut; reads and writes dIn, to which it adds. 12 FLOPs an element for dIn and 4
   * for the sums of the parameters.
   *
   * @param toInput whether dIn is wanted
   * @param toParameters whether dWeight and dBias are
   */
  public Work backward(boolean toInput, boolean toParameters) {
    double flops = (toInput ? 12.0 : 0) + (toParameters ? 4.0 : 0);
    return new Work(passes(toInput ? 4 : 2), flops * rows * width);
  }

  /** Of both norms at once: in and two gradients are read, dIn is read and written. */
  public Work pairBackward(boolean toInput, boolean toParameters) {
    double flops = (toInput ? 20.0 : 0) + (toParameters ? 8.0 : 0);
    return new Work(passes(toInput ? 5 : 3), flops * rows * width);
  }

  /** The mean of the squares and the result: 5 FLOPs an element; rstd alone is kept. */
  public Work rmsForward() {
    return new Work(passes(2, Float.BYTES), 5.0 * rows * width);
  }

  /** As {@link #backward} with 8 FLOPs an element for dIn and 3 for the sums of dWeight. */
  public Work rmsBackward(boolean toInput, boolean toWeight) {
    double flops = (toInput ? 8.0 : 0) + (toWeight ? 3.0 : 0);
    return new Work(passes(toInput ? 4 : 2, Float.BYTES), flops * rows * width);
  }

  private double passes(int passes) {
    return passes(passes, STATISTICS);
  }

  private double passes(int passes, int statistics) {
    return (double) passes * bytes * rows * width + (double) statistics * rows;
  }
}
