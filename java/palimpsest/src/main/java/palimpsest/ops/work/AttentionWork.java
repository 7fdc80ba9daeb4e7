package palimpsest.ops.work;

import palimpsest.ops.AttentionShape;

/**
 * Causal attention with rotary positions inside, none of its {@code [T, T]} matrices in memory.
 * Half of the T² pairs of a head are below the diagonal.
 *
 * @param bytes E
 */
public record AttentionWork(AttentionShape shape, int bytes) {
  /**
   * Reads q, k and v, writes the output and one fp32 number a row and head; two products, {@code 2
   * B H T² D} FLOPs and {@code B H T² / 2} exponentials.
   */
  public Work forward() {
    return new Work(4 * activation() + rowsOfHeads(), 2 * products(), pairs());
  }

  /**
   * Reads q, k, v, the output, its gradient and the numbers a row; writes three gradients. Five
   * products, {@code 5 B H T² D} FLOPs; exponentials need not be computed again if their results
   * are kept.
   */
  public Work backward() {
    return new Work(8 * activation() + rowsOfHeads(), 5 * products());
  }

  /** One new token a row against a full cache of T positions: {@code 4 B T C} FLOPs. */
  public Work decode() {
    double cache = (double) shape.batch() * shape.time() * shape.width();
    double tokens = (double) shape.batch() * shape.width();
    return new Work(
        bytes * (2 * cache + 6 * tokens),
        4 * cache,
        (double) shape.batch() * shape.heads() * shape.time());
  }

  /** Keys and values to a cache. */
  public Work fillCache() {
    return new Work(4 * activation(), 0);
  }

  /** Bytes of {@code [N, C]}. */
  private double activation() {
    return (double) bytes * shape.batch() * shape.time() * shape.width();
  }

  private double rowsOfHeads() {
    return (double) Float.BYTES * shape.batch() * shape.time() * shape.heads();
  }

  private double pairs() {
    return 0.5 * shape.batch() * shape.heads() * shape.time() * shape.time();
  }

  /** FLOPs of one causal product. */
  private double products() {
    return 2 * pairs() * shape.headSize();
  }
}
