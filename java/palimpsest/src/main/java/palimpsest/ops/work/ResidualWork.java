package palimpsest.ops.work;

/**
 * What moves activations and hardly computes.
 *
 * @param elements of the output
 * @param bytes E
 */
public record ResidualWork(long elements, int bytes) {
  /** Two read, one written. */
  public Work add() {
    return new Work(3.0 * bytes * elements, elements);
  }

  public Work zero() {
    return new Work((double) bytes * elements, 0);
  }

  /**
   * @param from bytes of an element that is read
   */
  public Work copy(int from) {
    return new Work((double) (bytes + from) * elements, 0);
  }

  /** Each row is read and written; its number is four bytes. */
  public Work gather(long rows) {
    return new Work(2.0 * bytes * elements + (double) Integer.BYTES * rows, 0);
  }

  /**
   * Writes all rows, most of them zero.
   *
   * @param from elements that are read
   */
  public Work scatter(long from, long rows) {
    return new Work((double) bytes * (elements + from) + (double) Integer.BYTES * rows, 0);
  }
}
