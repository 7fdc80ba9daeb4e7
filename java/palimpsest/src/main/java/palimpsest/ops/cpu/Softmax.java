package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static palimpsest.ops.cpu.Vectors.BYTES;
import static palimpsest.ops.cpu.Vectors.LANES;
import static palimpsest.ops.cpu.Vectors.ORDER;
import static palimpsest.ops.cpu.Vectors.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** The parts of a softmax over one row. */
final class Softmax {
  private Softmax() {}

  /**
   * The largest element. NaN is passed over or returned: either way it is in the exponentials, and
   * so in their sum. (The Vector API's own {@code max} looks for NaN and is twice as slow.)
   */
  static float max(MemorySegment x, long row, int width) {
    FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    int bound = Vectors.bound(width);
    for (int c = 0; c < bound; c += LANES) {
      FloatVector v = fromMemorySegment(SPECIES, x, (row + c) * BYTES, ORDER);
      max = max.blend(v, v.compare(VectorOperators.GT, max));
    }
    float largest = Vectors.max(max);
    for (int c = bound; c < width; c++) {
      largest = Math.max(largest, x.getAtIndex(JAVA_FLOAT, row + c));
    }
    return largest;
  }

  /** {@code x = e^(x − max)}, with {@link Exponential} written out; no element is above max. */
  static void exponentials(MemorySegment x, long row, int width, float max) {
    int bound = Vectors.bound(width);
    for (int c = 0; c < bound; c += LANES) {
      long at = (row + c) * BYTES;
      FloatVector d = fromMemorySegment(SPECIES, x, at, ORDER).sub(max);
      FloatVector e =
          d.blend(Exponential.SMALLEST, d.compare(VectorOperators.LT, Exponential.SMALLEST));
      FloatVector shifted = e.mul(Exponential.LOG2_E).add(Exponential.ROUND);
      FloatVector n = shifted.sub(Exponential.ROUND);
      FloatVector r = e.sub(n.mul(Exponential.LN2_HIGH)).sub(n.mul(Exponential.LN2_LOW));
      FloatVector p =
          r.mul(Exponential.P5)
              .add(Exponential.P4)
              .fma(r, r.broadcast(Exponential.P3))
              .fma(r, r.broadcast(Exponential.P2))
              .fma(r, r.broadcast(Exponential.P1))
              .fma(r, r.broadcast(Exponential.P0));
      IntVector power = shifted.reinterpretAsInts().add(127).lanewise(VectorOperators.LSHL, 23);
      p.fma(r.mul(r), r).add(1f).mul(power.reinterpretAsFloats()).intoMemorySegment(x, at, ORDER);
    }
    for (int c = bound; c < width; c++) {
      float value = x.getAtIndex(JAVA_FLOAT, row + c);
      x.setAtIndex(JAVA_FLOAT, row + c, Exponential.of(value - max));
    }
  }

  static float sum(MemorySegment x, long row, int width) {
    FloatVector sums = FloatVector.zero(SPECIES);
    int bound = Vectors.bound(width);
    for (int c = 0; c < bound; c += LANES) {
      sums = sums.add(fromMemorySegment(SPECIES, x, (row + c) * BYTES, ORDER));
    }
    float sum = Vectors.sum(sums);
    for (int c = bound; c < width; c++) {
      sum += x.getAtIndex(JAVA_FLOAT, row + c);
    }
    return sum;
  }

  static void scale(MemorySegment x, long row, int width, float factor) {
    int bound = Vectors.bound(width);
    for (int c = 0; c < bound; c += LANES) {
      long at = (row + c) * BYTES;
      fromMemorySegment(SPECIES, x, at, ORDER).mul(factor).intoMemorySegment(x, at, ORDER);
    }
    for (int c = bound; c < width; c++) {
      x.setAtIndex(JAVA_FLOAT, row + c, x.getAtIndex(JAVA_FLOAT, row + c) * factor);
    }
  }
}
