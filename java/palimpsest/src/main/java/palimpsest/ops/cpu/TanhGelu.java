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
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import palimpsest.ops.Tensor;

/**
 * GELU's form with tanh (Hendrycks and Gimpel 2016). With {@code v = 2 √(2/π) (x + 0.044715 x³)}
 * and the logistic function s, {@code (1 + tanh(v/2)) / 2 = s(v)}, so that the value is {@code x
 * s(v)} and the slope {@code s + x s (1 − s) v′}; {@code 1 − s = s e^(−v)} without a difference.
 * Beyond {@link #FAR} s is 1 or 0 to more than a float holds. The loop bodies are written as {@link
 * Gelu}'s are, with {@link Exponential} written out.
 */
final class TanhGelu {
  private static final float FAR = 9;

  /** {@code 2 √(2/π)}: v = x (LINEAR + CUBIC x²). */
  private static final float LINEAR = 1.5957691f;

  private static final float CUBIC = 0.071354814f;

  private TanhGelu() {}

  /** {@code y = gelu(x)} of some elements. */
  static void forward(MemorySegment y, MemorySegment x, long start, int count) {
    int bound = Vectors.bound(count);
    for (int i = 0; i < bound; i += LANES) {
      long at = (start + i) * BYTES;
      FloatVector v = fromMemorySegment(SPECIES, x, at, ORDER);
      VectorMask<Float> below = v.compare(VectorOperators.LT, -FAR);
      FloatVector z = v.blend(-FAR, below).blend(FAR, v.compare(VectorOperators.GT, FAR));
      FloatVector e = z.mul(z).mul(CUBIC).add(LINEAR).mul(z).neg();
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
      FloatVector exponential = p.fma(r.mul(r), r).add(1f).mul(power.reinterpretAsFloats());
      v.div(exponential.add(1f)).blend(0f, below).intoMemorySegment(y, at, ORDER);
    }
    for (long i = start + bound; i < start + count; i++) {
      float v = x.getAtIndex(JAVA_FLOAT, i);
      y.setAtIndex(JAVA_FLOAT, i, v < -FAR ? 0 : v / (exponential(within(v)) + 1));
    }
  }

  /** {@code dOut *= gelu′(hidden)}. */
  static void backward(Tensor dOut, Tensor hidden) {
    MemorySegment y = dOut.memory();
    MemorySegment x = hidden.memory();
    int count = Math.toIntExact(hidden.size());
    int bound = Vectors.bound(count);
    for (int i = 0; i < bound; i += LANES) {
      long at = (long) i * BYTES;
      FloatVector v = fromMemorySegment(SPECIES, x, at, ORDER);
      VectorMask<Float> below = v.compare(VectorOperators.LT, -FAR);
      FloatVector z = v.blend(-FAR, below).blend(FAR, v.compare(VectorOperators.GT, FAR));
      FloatVector square = z.mul(z);
      FloatVector e = square.mul(CUBIC).add(LINEAR).mul(z).neg();
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
      FloatVector exponential = p.fma(r.mul(r), r).add(1f).mul(power.reinterpretAsFloats());
      FloatVector s = z.broadcast(1f).div(exponential.add(1f));
      FloatVector inner = square.mul(3 * CUBIC).add(LINEAR).mul(z).mul(exponential.mul(s));
      inner
          .mul(s)
          .add(s)
          .blend(0f, below)
          .mul(fromMemorySegment(SPECIES, y, at, ORDER))
          .intoMemorySegment(y, at, ORDER);
    }
    for (long i = bound; i < count; i++) {
      y.setAtIndex(JAVA_FLOAT, i, slope(x.getAtIndex(JAVA_FLOAT, i)) * y.getAtIndex(JAVA_FLOAT, i));
    }
  }

  private static float slope(float x) {
    float z = within(x);
    float exponential = exponential(z);
    float s = 1 / (exponential + 1);
    float inner = (z * z * (3 * CUBIC) + LINEAR) * z * (exponential * s);
    return x < -FAR ? 0 : inner * s + s;
  }

  /** {@code e^(−v)}. */
  private static float exponential(float z) {
    return Exponential.of(-((z * z * CUBIC + LINEAR) * z));
  }

  /** Not a number stays what it is. */
  private static float within(float x) {
    return x > FAR ? FAR : x < -FAR ? -FAR : x;
  }
}
