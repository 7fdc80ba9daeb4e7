package palimpsest.ops.work;

/**
 * Products with a weight: {@code [N, I] · [O, I]ᵀ}. Gradients of weights are fp32 and added to.
 *
 * @param rows N
 * @param inputs I
 * @param outputs O
 * @param bytes E of activations and weights
 */
public record MatmulWork(long rows, long inputs, long outputs, int bytes) {
  /** {@code 2 N I O} FLOPs. */
  public Work forward() {
    return new Work(bytes * (in() + weight() + out()), product());
  }

  public Work forwardBias() {
    return forward().plus(new Work(0, out()));
  }

  /** The output is read first, to be added to. */
  public Work forwardBiasAdd() {
    return forwardBias().plus(new Work(bytes * out(), out()));
  }

  /** Two outputs: before GELU and behind it. */
  public Work forwardBiasGelu() {
    return forwardBias().plus(new Work(bytes * out(), GeluWork.FLOPS * out()));
  }

  /**
   * The gradients that are wanted, dOut being read once for all of them.
   *
   * @param toInput dIn {@code [N, I]}
   * @param toWeight dWeight {@code [O, I]}
   * @param toBias dBias {@code [O]}
   */
  public Work backward(boolean toInput, boolean toWeight, boolean toBias) {
    Work work = new Work(bytes * out(), 0);
    if (toInput) {
      work = work.plus(new Work(bytes * (weight() + in()), product()));
    }
    if (toWeight) {
      work = work.plus(new Work(bytes * in() + 2.0 * Float.BYTES * weight(), product()));
    }
    return toBias ? work.plus(new Work(0, out())) : work;
  }

  private double in() {
    return (double) rows * inputs;
  }

  private double weight() {
    return (double) outputs * inputs;
  }

  private double out() {
    return (double) rows * outputs;
  }

  private double product() {
    return 2 * in() * outputs;
  }
}
