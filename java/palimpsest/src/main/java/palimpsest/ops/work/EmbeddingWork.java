package palimpsest.ops.work;

/**
 * A table {@code [V, C]} and N tokens of four bytes.
 *
 * @param rows N
 * @param width C
 * @param vocabulary V
 * @param bytes E of the table and the activations
 */
public record EmbeddingWork(long rows, long width, long vocabulary, int bytes) {
  /** A row is read and written a token. */
  public Work forward() {
    return new Work(2.0 * bytes * rows * width + tokens(), 0);
  }

  /**
   * Reads the gradient; reads and writes each row of the fp32 gradient of the table that has a
   * token, {@code min(N, V)} of them at most.
   */
  public Work backward() {
    double table = 2.0 * Float.BYTES * Math.min(rows, vocabulary) * width;
    return new Work((double) bytes * rows * width + table + tokens(), (double) rows * width);
  }

  private double tokens() {
    return (double) Integer.BYTES * rows;
  }
}
