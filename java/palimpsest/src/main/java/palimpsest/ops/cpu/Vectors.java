package palimpsest.ops.cpu;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * What the element-wise operations share. How their loops are written keeps vectors off the heap: a
 * vector handed to a method that the compiler does not inline is an object there, and its budget
 * for inlining covers the JDK's own methods alone for certain. So a body calls no others, and a
 * tail of fewer elements than a vector goes one by one, with the same operations and so the same
 * bits. (A mask for the tail makes some bodies dozens of times slower.)
 *
 * <p>The Vector API leaves the order of {@code reduceLanes(ADD)} open, and the interpreter and the
 * compiler do differ; {@link #sum} is a tree in a fixed order, so that a run's bits do not depend
 * on when a method was compiled.
 */
final class Vectors {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  static final int LANES = SPECIES.length();

  /** The bits of such a vector. */
  static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

  /** Bytes of an element, as a long: indices become offsets. */
  static final long BYTES = Float.BYTES;

  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private static final VectorShuffle<Float> HALVES = rotation(LANES / 2);
  private static final VectorShuffle<Float> QUARTERS = rotation(Math.max(1, LANES / 4));
  private static final VectorShuffle<Float> EIGHTHS = rotation(Math.max(1, LANES / 8));
  private static final VectorShuffle<Float> SIXTEENTHS = rotation(Math.max(1, LANES / 16));

  private Vectors() {}

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
   * The largest of all lanes; NaN if one is. ({@code reduceLanes} may put its vector on the heap.)
   */
  static float max(FloatVector v) {
    if (LANES >= 2) {
      v = v.max(v.rearrange(HALVES));
    }
    if (LANES >= 4) {
      v = v.max(v.rearrange(QUARTERS));
    }
    if (LANES >= 8) {
      v = v.max(v.rearrange(EIGHTHS));
    }
    if (LANES >= 16) {
      v = v.max(v.rearrange(SIXTEENTHS));
    }
    return v.lane(0);
  }

  private static VectorShuffle<Float> rotation(int by) {
    return VectorShuffle.fromOp(SPECIES, i -> (i + by) % LANES);
  }
}
