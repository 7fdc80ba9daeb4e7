package palimpsest.ops;

/** What an element of a {@link Tensor} is. */
public enum DType {
  FP32(4),
  /** The upper half of an fp32: 8 bits of exponent, 7 of fraction. */
  BF16(2),
  INT32(4);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }
}
