package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static palimpsest.ops.cpu.Vectors.BYTES;
import static palimpsest.ops.cpu.Vectors.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.Tensor;

/**
 * Rotary positions (Su et al. 2021) as GPT-NeoX applies them: the first {@code rotary} dimensions
 * of a head are two halves, and element i of one is rotated with element i of the other.
 */
final class Rotary {
  /** A head has few dimensions to rotate: short vectors. */
  private static final VectorSpecies<Float> QUAD = FloatVector.SPECIES_128;

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
    float sign = back ? -1 : 1;
    for (int h = 0; h < shape.heads(); h++) {
      long q = row + (long) h * 3 * shape.headSize();
      long k = q + shape.headSize();
      int bound = QUAD.loopBound(half);
      for (int i = 0; i < bound; i += QUAD.length()) {
        FloatVector cosine = fromMemorySegment(QUAD, angles, (cosines + i) * BYTES, ORDER);
        FloatVector sine = fromMemorySegment(QUAD, angles, (sines + i) * BYTES, ORDER).mul(sign);
        for (long x = q + i; x <= k + i; x += shape.headSize()) {
          FloatVector a = fromMemorySegment(QUAD, qkv, x * BYTES, ORDER);
          FloatVector b = fromMemorySegment(QUAD, qkv, (x + half) * BYTES, ORDER);
          a.mul(cosine).sub(b.mul(sine)).intoMemorySegment(qkv, x * BYTES, ORDER);
          b.mul(cosine).add(a.mul(sine)).intoMemorySegment(qkv, (x + half) * BYTES, ORDER);
        }
      }
      for (int i = bound; i < half; i++) {
        float cosine = angles.getAtIndex(JAVA_FLOAT, cosines + i);
        float sine = angles.getAtIndex(JAVA_FLOAT, sines + i) * sign;
        rotate(qkv, q + i, half, cosine, sine);
        rotate(qkv, k + i, half, cosine, sine);
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
