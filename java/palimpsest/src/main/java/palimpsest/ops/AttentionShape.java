package palimpsest.ops;

/**
 * Sizes of causal self-attention.
 *
 * @param batch B
 * @param time T
 * @param heads H
 * @param headSize D
 * @param rotary leading dimensions of each head that are rotated, even
 */
public record AttentionShape(int batch, int time, int heads, int headSize, int rotary) {
  /** C = H D. */
  public int width() {
    return heads * headSize;
  }

  /** The factor on q·k before the softmax. */
  public float scale() {
    return (float) (1 / Math.sqrt(headSize));
  }
}
