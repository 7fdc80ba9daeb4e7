package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static palimpsest.ops.cpu.Vectors.BYTES;
import static palimpsest.ops.cpu.Vectors.LANES;
import static palimpsest.ops.cpu.Vectors.load;
import static palimpsest.ops.cpu.Vectors.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** The parts of a softmax over one row. */
final class Softmax {
  private Softmax() {}

  static float max(MemorySegment x, long row, int width) {
    FloatVector max = FloatVector.broadcast(Vectors.SPECIES, Float.NEGATIVE_INFINITY);
    int bound = Vectors.bound(width);
    for (int c = 0; c < bound; c += LANES) {
      max = max.max(load(x, row + c));
    }
    float largest = max.reduceLanes(VectorOperators.MAX);
    for (int c = bound; c < width; c++) {
      largest = Math.max(largest, x.getAtIndex(JAVA_FLOAT, row + c));
    }
    return largest;
  }

  /**
   * {@code x = e^(x − max)}; returns the sum. One loop under a mask: a causal row has any length, and
   * a second body for the tail would be more than the compiler inlines.
   */
  static float exponentials(MemorySegment x, long row, int width, float max) {
    for (int c = 0; c < width; c += LANES) {
      VectorMask<Float> inside = Vectors.tail(c, width);
      FloatVector e = Vectors.exp(load(x, row + c, inside).sub(max));
      e.intoMemorySegment(x, (row + c) * BYTES, ORDER, inside);
    }
    return sum(x, row, width);
  }

  private static float sum(MemorySegment x, long row, int width) {
    FloatVector sum = FloatVector.zero(Vectors.SPECIES);
    for (int c = 0; c < width; c += LANES) {
      sum = sum.add(load(x, row + c, Vectors.tail(c, width)));
    }
    return Vectors.sum(sum);
  }

  static void scale(MemorySegment x, long row, int width, float factor) {
    int bound = Vectors.bound(width);
    for (int c = 0; c < bound; c += LANES) {
      load(x, row + c).mul(factor).intoMemorySegment(x, (row + c) * BYTES, ORDER);
    }
    if (bound < width) {
      VectorMask<Float> tail = Vectors.tail(bound, width);
      load(x, row + bound, tail).mul(factor).intoMemorySegment(x, (row + bound) * BYTES, ORDER, tail);
    }
  }
}
