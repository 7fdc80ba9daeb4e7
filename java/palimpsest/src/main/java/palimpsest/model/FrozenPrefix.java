package palimpsest.model;

import java.nio.IntBuffer;
import java.util.Arrays;
import palimpsest.ops.Ops;
import palimpsest.ops.Tensor;

/**
 * Fills the input of the lowest layer that trains from a {@link PrefixCache}. A sequence goes
 * through the frozen layers by itself, up to its last position that counts: so it has the same bits
 * in whatever batch it comes, kept or computed anew. (In a batch it would not: libraries choose
 * another kernel for other numbers of rows.)
 */
final class FrozenPrefix {
  private final Ops ops;
  private final Alone alone;
  private int[] lengths = new int[0];

  /** The frozen layers. */
  @FunctionalInterface
  interface Alone {
    /** Runs tokens {@code [T]}; the output {@code [T, C]} lies where a batch's first row has it. */
    Tensor run(int[] tokens, int offset, int length);
  }

  FrozenPrefix(Ops ops, Alone alone) {
    this.ops = ops;
    this.alone = alone;
  }

  /**
   * Fills {@code in [B T, C]}: zeros behind a row's last position that counts, on which nothing
   * that counts depends.
   *
   * @param tokens {@code [B, T]}
   * @param rows the m positions that count, in {@code [0, B T)}
   */
  void fill(Tensor in, int[] tokens, int batch, int time, int[] rows, int m, PrefixCache cache) {
    measure(batch, time, rows, m);
    for (int row = batch - 1; row >= 0; row--) { // the first row's place is where others come from
      int first = row * time;
      int length = lengths[row];
      if (length > 0) {
        fill(part(in, first, length), tokens, first, length, cache);
      }
      if (length < time) {
        ops.zero(part(in, first + length, time - length));
      }
    }
  }

  private void fill(Tensor place, int[] tokens, int offset, int length, PrefixCache cache) {
    IntBuffer sequence = IntBuffer.wrap(tokens, offset, length);
    Tensor output = cache.find(sequence);
    if (output == null) {
      output = alone.run(tokens, offset, length);
      cache.keep(sequence, output, ops);
    }
    if (output.address() != place.address()) {
      ops.copy(place, output);
    }
  }

  private static Tensor part(Tensor in, int first, int rows) {
    int width = in.columns();
    return in.slice((long) first * width, rows, width);
  }

  /** Positions of each row up to its last that counts. */
  private void measure(int batch, int time, int[] rows, int m) {
    if (lengths.length < batch) {
      lengths = new int[batch];
    }
    Arrays.fill(lengths, 0, batch, 0);
    for (int i = 0; i < m; i++) {
      int row = rows[i] / time;
      lengths[row] = Math.max(lengths[row], rows[i] % time + 1);
    }
  }
}
