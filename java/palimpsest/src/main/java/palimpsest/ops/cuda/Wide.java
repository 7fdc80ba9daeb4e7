package palimpsest.ops.cuda;

import palimpsest.ops.DType;

/** When a kernel can take 16 bytes at once. */
final class Wide {
  private static final int BYTES = 16;

  private Wide() {}

  /** Elements of a chunk of 16 bytes. */
  static int chunk(DType dtype) {
    return BYTES / dtype.bytes();
  }

  /**
   * Whether rows of so many columns are whole chunks on boundaries of 16 bytes.
   *
   * @param addresses of all that is accessed so, joined by or
   */
  static boolean fits(long columns, DType dtype, long addresses) {
    return columns % chunk(dtype) == 0 && addresses % BYTES == 0;
  }
}
