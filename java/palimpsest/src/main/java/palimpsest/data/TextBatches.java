package palimpsest.data;

import java.util.Arrays;
import java.util.List;

/** Batches of whole texts, each written from a token that stands before all of them. */
public final class TextBatches {
  private TextBatches() {}

  /**
   * One row a text, padded on the right to the longest, every token of it predicted: T is the
   * longest text's length.
   *
   * @param start read first in every row, and never predicted as that
   * @param texts one at least, none empty
   */
  public static Batch of(int start, List<int[]> texts) {
    int length = texts.stream().mapToInt(text -> text.length).max().orElseThrow();
    int[] tokens = new int[texts.size() * length];
    int[] targets = new int[tokens.length];
    Arrays.fill(targets, Batch.IGNORED);
    for (int row = 0; row < texts.size(); row++) {
      int[] text = texts.get(row);
      tokens[row * length] = start;
      System.arraycopy(text, 0, tokens, row * length + 1, text.length - 1);
      System.arraycopy(text, 0, targets, row * length, text.length);
    }
    return new Batch(texts.size(), length, tokens, targets);
  }
}
