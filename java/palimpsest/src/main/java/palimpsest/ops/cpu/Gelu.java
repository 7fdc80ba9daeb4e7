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
import palimpsest.ops.Tensor;

/**
 * The exact GELU, x Φ(x) (Hendrycks and Gimpel 2016). Φ(x) = ½ erfc(−x/√2) comes from Abramowitz
 * and Stegun 7.1.26, absolute error 1.5e-7 at most; the small side is computed, the other is 1
 * minus it. Its exponential is also the one the derivative needs: {@code gelu′(x) = Φ(x) + x φ(x)}.
 *
 * <p>It is the longest of all loop bodies, so it is one body, of the JDK's own methods alone: no
 * other is inlined for certain. Rows have no part in it: {@link Vectors#LANES} of them at once are
 * whole vectors, whatever their width, and only the last few end in a tail.
 */
final class Gelu {
  private static final float HALF_ROOT = 0.70710678118654752f; // 1/√2
  private static final float INVERSE_ROOT_TAU = 0.39894228040143268f; // 1/√(2π)
  private static final float P = 0.3275911f;
  private static final float A1 = 0.254829592f;
  private static final float A2 = -0.284496736f;
  private static final float A3 = 1.421413741f;
  private static final float A4 = -1.453152027f;
  private static final float A5 = 1.061405429f;

  private Gelu() {}

  /**
   * {@code hidden += bias}, {@code out = gelu(hidden)}, some rows at a time, while in the cache.
   */
  static void biasForward(Tensor out, Tensor hidden, Tensor bias) {
    int rows = hidden.rows();
    int width = hidden.columns();
    for (int first = 0; first < rows; first += LANES) {
      int end = Math.min(first + LANES, rows);
      Rows.addBias(hidden, bias, first, end);
      long start = (long) first * width;
      apply(out.memory(), hidden.memory(), start, (end - first) * width, false);
    }
  }

  /** {@code dOut *= gelu′(hidden)}. */
  static void backward(Tensor dOut, Tensor hidden) {
    apply(dOut.memory(), hidden.memory(), 0, Math.toIntExact(hidden.size()), true);
  }

  /** {@code y = gelu(x)}, or {@code y *= gelu′(x)} for the slope. */
  private static void apply(
      MemorySegment y, MemorySegment x, long start, int count, boolean slope) {
    int bound = Vectors.bound(count);
    for (int i = 0; i < bound; i += LANES) {
      long at = (start + i) * BYTES;
      FloatVector v = fromMemorySegment(SPECIES, x, at, ORDER);
      // e^(−v²/2) as in Exponential
      FloatVector e = v.mul(v).mul(-0.5f).max(Exponential.SMALLEST);
      FloatVector shifted = e.mul(Exponential.LOG2_E).add(Exponential.ROUND);
      FloatVector n = shifted.sub(Exponential.ROUND);
      FloatVector r = e.sub(n.mul(Exponential.LN2_HIGH)).sub(n.mul(Exponential.LN2_LOW));
      FloatVector gauss =
          r.mul(Exponential.P5)
              .add(Exponential.P4)
              .fma(r, r.broadcast(Exponential.P3))
              .fma(r, r.broadcast(Exponential.P2))
              .fma(r, r.broadcast(Exponential.P1))
              .fma(r, r.broadcast(Exponential.P0))
              .fma(r.mul(r), r)
              .add(1f);
      IntVector exponent = shifted.reinterpretAsInts().add(127).lanewise(VectorOperators.LSHL, 23);
      gauss = gauss.mul(exponent.reinterpretAsFloats());
      FloatVector z = v.abs().mul(HALF_ROOT);
      FloatVector t = z.broadcast(1f).div(z.mul(P).add(1f));
      FloatVector small =
          t.mul(A5)
              .add(A4)
              .fma(t, t.broadcast(A3))
              .fma(t, t.broadcast(A2))
              .fma(t, t.broadcast(A1))
              .mul(t)
              .mul(gauss)
              .mul(0.5f);
      FloatVector cdf = small.blend(small.neg().add(1f), v.compare(VectorOperators.GE, 0f));
      if (slope) {
        FloatVector before = fromMemorySegment(SPECIES, y, at, ORDER);
        v.mul(gauss).mul(INVERSE_ROOT_TAU).add(cdf).mul(before).intoMemorySegment(y, at, ORDER);
      } else {
        v.mul(cdf).intoMemorySegment(y, at, ORDER);
      }
    }
    for (long i = start + bound; i < start + count; i++) {
      float v = x.getAtIndex(JAVA_FLOAT, i);
      float gauss = Exponential.of(v * v * -0.5f);
      float cdf = cdf(v, gauss);
      float result =
          slope ? (v * gauss * INVERSE_ROOT_TAU + cdf) * y.getAtIndex(JAVA_FLOAT, i) : v * cdf;
      y.setAtIndex(JAVA_FLOAT, i, result);
    }
  }

  private static float cdf(float x, float gauss) {
    float t = 1 / (Math.abs(x) * HALF_ROOT * P + 1);
    float p = Math.fma(Math.fma(Math.fma(t * A5 + A4, t, A3), t, A2), t, A1);
    float small = p * t * gauss * 0.5f;
    return x >= 0 ? 1 - small : small;
  }
}
