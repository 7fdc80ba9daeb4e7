package palimpsest.ops.work;

/**
 * GELU where it stands alone; the forward belongs to the product before it, see {@link
 * MatmulWork#forwardBiasGelu}. A polynomial can stand for erf or tanh and the exponential both.
 *
 * @param elements N times the width of the MLP
 * @param bytes E
 */
public record GeluWork(long elements, int bytes) {
  /** In place: reads two, writes one; 16 FLOPs an element. */
  public Work backward() {
    return new Work(3.0 * bytes * elements, 16.0 * elements);
  }
}
