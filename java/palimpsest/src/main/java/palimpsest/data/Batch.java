package palimpsest.data;

/**
 * Token ids and what should follow each of them, row-major {@code [B, T]}.
 *
 * @param rows B
 * @param length T
 * @param tokens {@code [B, T]}; padded on the right with any valid id
 * @param targets {@code [B, T]}: the id to predict at each position, or {@link #IGNORED}
 */
public record Batch(int rows, int length, int[] tokens, int[] targets) {
  /** A target that does not count: prompts, padding. */
  public static final int IGNORED = -1;

  public Batch {
    if (tokens.length != rows * length || targets.length != rows * length) {
      throw new IllegalArgumentException(
          "a batch of %d x %d needs as many tokens and targets, not %d and %d"
              .formatted(rows, length, tokens.length, targets.length));
    }
  }

  /** Number of positions whose target counts. */
  public int counted() {
    int count = 0;
    for (int target : targets) {
      count += target == IGNORED ? 0 : 1;
    }
    return count;
  }
}
