package palimpsest.ops.work;

/**
 * GELU where it stands alone; a forward pass has it with the product before it, see {@link
 * MatmulWork#forwardBiasGelu}. A polynomial can stand for erf or tanh and the exponential both.
 *
 * @param elements N times the width of the MLP
 * @param bytes E
 */
public record GeluWork(long elements, int bytes) {
  /** Of an element forwards. */
  static final double FLOPS = 10;

  /** Reads one, writes one. */
  public Work forward() {
    return new Work(2.0 * bytes * elements, FLOPS * elements);
  }

  /** In place: reads two, writes one; 16 FLOPs an element. */
  public Work backward() {
    return new Work(3.0 * bytes * elements, 16.0 * elements);
  }
}
