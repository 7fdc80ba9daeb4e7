package palimpsest.ops.work;

/**
 * Softmax and loss of logits {@code [M, V]}; targets and losses are 4 bytes a row.
 *
 * @param rows M
 * @param vocabulary V
 * @param bytes E
 */
public record CrossEntropyWork(long rows, long vocabulary, int bytes) {
  /** The logits are read, and their gradient written in their place: 5 FLOPs an element. */
  public Work forwardBackward() {
    return new Work(2 * logits() + perRow(2), 5 * elements(), elements());
  }

  /** The loss and the index of the largest: the logits are read once, 3 FLOPs an element. */
  public Work forward() {
    return new Work(logits() + perRow(3), 3 * elements(), elements());
  }

  /** A teacher's fp32 logits in place of targets; two softmaxes, 10 FLOPs an element. */
  public Work distillation() {
    return new Work(
        2 * logits() + Float.BYTES * elements() + perRow(1), 10 * elements(), 2 * elements());
  }

  /**
   * A difference and its square: 4 FLOPs an element.
   *
   * @param wanted whether there are fp32 logits to be near to, not zeros
   */
  public Work squaredError(boolean wanted) {
    double read = wanted ? Float.BYTES * elements() : 0;
    return new Work(2 * logits() + read + perRow(1), 4 * elements());
  }

  private double elements() {
    return (double) rows * vocabulary;
  }

  private double logits() {
    return bytes * elements();
  }

  private double perRow(int words) {
    return (double) words * Float.BYTES * rows;
  }
}
