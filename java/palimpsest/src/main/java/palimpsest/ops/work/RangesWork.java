package palimpsest.ops.work;

/**
 * Vectors over the parameters, all fp32.
 *
 * @param elements n
 */
public record RangesWork(long elements) {
  public Work dot() {
    return passes(2, 2);
  }

  public Work axpy() {
    return passes(3, 2);
  }

  /** {@code out += factor x²}, or {@code |x|}. */
  public Work accumulate() {
    return passes(3, 3);
  }

  /** Gradient read and written; importance, weights and anchor read. */
  public Work quadraticPenalty() {
    return passes(5, 6);
  }

  /** The vector read and written, the direction read: a product, then a difference, by row. */
  public Work removeAlong() {
    return passes(3, 8);
  }

  /**
   * Reads and writes the sum, reads and zeroes each of the others; squares on the way.
   *
   * @param others k; without any the sum is only read
   */
  public Work merge(int others) {
    return passes(others == 0 ? 1 : 2 + 2 * others, 2.0 + others);
  }

  private Work passes(int passes, double flops) {
    return new Work((double) passes * Float.BYTES * elements, flops * elements);
  }
}
