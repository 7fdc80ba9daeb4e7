package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.Tensor;

/**
 * Rotary positions (Su et al. 2021) as GPT-NeoX applies them: the first {@code rotary} dimensions
 * of a head are two halves, and element i of one is rotated with element i of the other.
 */
final class Rotary {
  private Rotary() {}

  /** Rotates q and k of every row of {@code qkv [B T, 3C]}, or turns them back. */
  static void apply(MemorySegment qkv, Tensor rotations, AttentionShape shape, boolean back) {
    for (int b = 0; b < shape.batch(); b++) {
      for (int t = 0; t < shape.time(); t++) {
        long row = ((long) b * shape.time() + t) * 3 * shape.width();
        applyAt(qkv, row, t, rotations, shape, back);
      }
    }
  }

  /** Rotates q and k of the row that starts at element {@code row}, for one position. */
  static void applyAt(
      MemorySegment qkv,
      long row,
      int position,
      Tensor rotations,
      AttentionShape shape,
      boolean back) {
    int half = shape.rotary() / 2;
    MemorySegment angles = rotations.memory();
    long cosines = (long) position * shape.rotary();
    long sines = cosines + half;
    for (int h = 0; h < shape.heads(); h++) {
      long q = row + (long) h * 3 * shape.headSize();
      long k = q + shape.headSize();
      for (int i = 0; i < half; i++) {
        float cosine = angles.getAtIndex(JAVA_FLOAT, cosines + i);
        float sine = angles.getAtIndex(JAVA_FLOAT, sines + i);
        rotate(qkv, q + i, half, cosine, back ? -sine : sine);
        rotate(qkv, k + i, half, cosine, back ? -sine : sine);
      }
    }
  }

  private static void rotate(MemorySegment x, long index, int half, float cosine, float sine) {
    float a = x.getAtIndex(JAVA_FLOAT, index);
    float b = x.getAtIndex(JAVA_FLOAT, index + half);
    x.setAtIndex(JAVA_FLOAT, index, a * cosine - b * sine);
    x.setAtIndex(JAVA_FLOAT, index + half, b * cosine + a * sine);
  }
}
