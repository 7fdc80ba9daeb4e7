package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static palimpsest.ops.cpu.Vectors.LANES;
import static palimpsest.ops.cpu.Vectors.load;
import static palimpsest.ops.cpu.Vectors.store;

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

  /** {@code x = e^(x − max)}; returns the sum. */
  static float exponentials(MemorySegment x, long row, int width, float max) {
    FloatVector sum = FloatVector.zero(Vectors.SPECIES);
    int bound = Vectors.bound(width);
    for (int c = 0; c < bound; c += LANES) {
      FloatVector e = Vectors.exp(load(x, row + c).sub(max));
      sum = sum.add(e);
      store(e, x, row + c);
    }
    if (bound < width) {
      VectorMask<Float> tail = Vectors.tail(bound, width);
      FloatVector e = Vectors.exp(load(x, row + bound, tail).sub(max));
      sum = sum.add(e, tail);
      store(e, x, row + bound, tail);
    }
    return Vectors.sum(sum);
  }

  static void scale(MemorySegment x, long row, int width, float factor) {
    int bound = Vectors.bound(width);
    for (int c = 0; c < bound; c += LANES) {
      store(load(x, row + c).mul(factor), x, row + c);
    }
    if (bound < width) {
      VectorMask<Float> tail = Vectors.tail(bound, width);
      store(load(x, row + bound, tail).mul(factor), x, row + bound, tail);
    }
  }
}
