package palimpsest.ops.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * What the element-wise operations share: loads at an element's index, sums in a fixed order, and an
 * exponential. A store is written out where it stands: it comes last in a loop, where the compiler's
 * budget for inlining may be spent on all but the JDK's own methods, and a vector handed to a method
 * that is not inlined is allocated on the heap.
 *
 * <p>The Vector API leaves the order of {@code reduceLanes(ADD)} open, and the interpreter and the
 * compiler do differ; {@link #sum} is a tree in a fixed order, so that a run's bits do not depend on
 * when a method was compiled.
 */
final class Vectors {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  static final int LANES = SPECIES.length();
  /** Bytes of an element, as a long: indices become offsets. */
  static final long BYTES = Float.BYTES;

  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private static final VectorShuffle<Float> HALVES = rotation(LANES / 2);
  private static final VectorShuffle<Float> QUARTERS = rotation(Math.max(1, LANES / 4));
  private static final VectorShuffle<Float> EIGHTHS = rotation(Math.max(1, LANES / 8));
  private static final VectorShuffle<Float> SIXTEENTHS = rotation(Math.max(1, LANES / 16));

  // Cephes' expf: range reduction by ln 2 in two parts, a polynomial of degree 5 on the rest.
  private static final float EXP_LARGEST = 88.02f;
  private static final float EXP_SMALLEST = -87.33f;
  private static final float LOG2_E = 1.44269504088896341f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;
  private static final float ROUND = 12582912f; // 1.5 · 2^23: adding it leaves the nearest integer

  private Vectors() {}

  static FloatVector load(MemorySegment memory, long index) {
    return FloatVector.fromMemorySegment(SPECIES, memory, index * BYTES, ORDER);
  }

  static FloatVector load(MemorySegment memory, long index, VectorMask<Float> mask) {
    return FloatVector.fromMemorySegment(SPECIES, memory, index * BYTES, ORDER, mask);
  }

  /** The lanes of the last, partial vector of {@code n} elements that starts at {@code i}. */
  static VectorMask<Float> tail(int i, int n) {
    return SPECIES.indexInRange(i, n);
  }

  /** The largest multiple of the vector length up to {@code n}. */
  static int bound(int n) {
    return SPECIES.loopBound(n);
  }

  /** The sum of all lanes, as a tree in a fixed order. */
  static float sum(FloatVector v) {
    if (LANES >= 2) {
      v = v.add(v.rearrange(HALVES));
    }
    if (LANES >= 4) {
      v = v.add(v.rearrange(QUARTERS));
    }
    if (LANES >= 8) {
      v = v.add(v.rearrange(EIGHTHS));
    }
    if (LANES >= 16) {
      v = v.add(v.rearrange(SIXTEENTHS));
    }
    return v.lane(0);
  }

  /**
   * eˣ, within 2 units in the last place; the argument is clamped to [−87.33, 88.02], so nothing
   * overflows to infinity, and a NaN stays one.
   */
  static FloatVector exp(FloatVector x) {
    FloatVector clamped = x.min(EXP_LARGEST).max(EXP_SMALLEST);
    FloatVector shifted = clamped.mul(LOG2_E).add(ROUND);
    FloatVector n = shifted.sub(ROUND);
    FloatVector r = clamped.sub(n.mul(LN2_HIGH)).sub(n.mul(LN2_LOW));
    FloatVector p =
        r.mul(1.9875691500e-4f)
            .add(1.3981999507e-3f)
            .fma(r, r.broadcast(8.3334519073e-3f))
            .fma(r, r.broadcast(4.1665795894e-2f))
            .fma(r, r.broadcast(1.6666665459e-1f))
            .fma(r, r.broadcast(5.0000001201e-1f));
    FloatVector y = p.fma(r.mul(r), r).add(1f);
    IntVector exponent =
        shifted.reinterpretAsInts().add(127).lanewise(VectorOperators.LSHL, 23);
    return y.mul(exponent.reinterpretAsFloats());
  }

  private static VectorShuffle<Float> rotation(int by) {
    return VectorShuffle.fromOp(SPECIES, i -> (i + by) % LANES);
  }
}
