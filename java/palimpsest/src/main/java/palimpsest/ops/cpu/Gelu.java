package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static palimpsest.ops.cpu.Vectors.BYTES;
import static palimpsest.ops.cpu.Vectors.LANES;
import static palimpsest.ops.cpu.Vectors.ORDER;
import static palimpsest.ops.cpu.Vectors.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import palimpsest.ops.Activation;
import palimpsest.ops.Tensor;

/**
 * The exact GELU, x Φ(x) (Hendrycks and Gimpel 2016), and its slope Φ(x) + x φ(x). Both Φ and the
 * slope are ½ plus an odd function that has come to rest at {@link #FAR}; it is x P(x²) / Q(x²),
 * with coefficients from a minimax fit by reweighted least squares in double precision: 7e-9 and
 * 1.3e-9 from the truth, well below a float's rounding. Below −{@link #FAR} both are 0.
 *
 * <p>The loop bodies use the JDK's own methods alone: no other is inlined for certain. Rows have no
 * part in it: {@link Vectors#LANES} of them at once are whole vectors, whatever their width, and
 * only the last few end in a tail.
 */
final class Gelu {
  private static final float FAR = 5.5f;

  /** P of Φ, by rising powers of x². */
  private static final float A0 = 0.39894223f;

  private static final float A1 = 0.03385265f;
  private static final float A2 = 0.0046772603f;
  private static final float A3 = 0.00016882562f;
  private static final float A4 = 6.3521084e-06f;
  private static final float A5 = 2.2749346e-08f;

  /** Q of Φ, after the 1. */
  private static final float B1 = 0.25152192f;

  private static final float B2 = 0.028645873f;
  private static final float B3 = 0.0018844447f;
  private static final float B4 = 7.364743e-05f;
  private static final float B5 = 1.1975027e-06f;

  /** P of the slope. */
  private static final float C0 = 0.7978845f;

  private static final float C1 = -0.029041689f;
  private static final float C2 = 0.014015603f;
  private static final float C3 = 8.699105e-05f;
  private static final float C4 = 3.215362e-05f;
  private static final float C5 = 6.135563e-07f;
  private static final float C6 = 1.0049099e-08f;
  private static final float C7 = -2.8445921e-11f;

  /** Q of the slope, after the 1. */
  private static final float D1 = 0.29693484f;

  private static final float D2 = 0.04154465f;
  private static final float D3 = 0.0035913088f;
  private static final float D4 = 0.00021019613f;
  private static final float D5 = 8.282353e-06f;
  private static final float D6 = 2.3235012e-07f;

  private Gelu() {}

  /**
   * {@code hidden += bias}, {@code out = gelu(hidden)}, some rows at a time, while in the cache.
   */
  static void biasForward(Tensor out, Tensor hidden, Tensor bias, Activation form) {
    int rows = hidden.rows();
    int width = hidden.columns();
    for (int first = 0; first < rows; first += LANES) {
      int end = Math.min(first + LANES, rows);
      Rows.addBias(hidden, bias, first, end);
      long start = (long) first * width;
      int count = (end - first) * width;
      switch (form) {
        case GELU -> forward(out.memory(), hidden.memory(), start, count);
        case GELU_TANH -> TanhGelu.forward(out.memory(), hidden.memory(), start, count);
      }
    }
  }

  private static void forward(MemorySegment y, MemorySegment x, long start, int count) {
    int bound = Vectors.bound(count);
    for (int i = 0; i < bound; i += LANES) {
      long at = (start + i) * BYTES;
      FloatVector v = fromMemorySegment(SPECIES, x, at, ORDER);
      VectorMask<Float> below = v.compare(VectorOperators.LT, -FAR);
      FloatVector z = v.blend(-FAR, below).blend(FAR, v.compare(VectorOperators.GT, FAR));
      FloatVector t = z.mul(z);
      FloatVector p =
          t.mul(A5)
              .add(A4)
              .fma(t, t.broadcast(A3))
              .fma(t, t.broadcast(A2))
              .fma(t, t.broadcast(A1))
              .fma(t, t.broadcast(A0));
      FloatVector q =
          t.mul(B5)
              .add(B4)
              .fma(t, t.broadcast(B3))
              .fma(t, t.broadcast(B2))
              .fma(t, t.broadcast(B1))
              .fma(t, t.broadcast(1f));
      v.mul(z.mul(p).div(q).add(0.5f).blend(0f, below)).intoMemorySegment(y, at, ORDER);
    }
    for (long i = start + bound; i < start + count; i++) {
      float v = x.getAtIndex(JAVA_FLOAT, i);
      y.setAtIndex(JAVA_FLOAT, i, v * cdf(v));
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
      FloatVector t = z.mul(z);
      FloatVector p =
          t.mul(C7)
              .add(C6)
              .fma(t, t.broadcast(C5))
              .fma(t, t.broadcast(C4))
              .fma(t, t.broadcast(C3))
              .fma(t, t.broadcast(C2))
              .fma(t, t.broadcast(C1))
              .fma(t, t.broadcast(C0));
      FloatVector q =
          t.mul(D6)
              .add(D5)
              .fma(t, t.broadcast(D4))
              .fma(t, t.broadcast(D3))
              .fma(t, t.broadcast(D2))
              .fma(t, t.broadcast(D1))
              .fma(t, t.broadcast(1f));
      z.mul(p)
          .div(q)
          .add(0.5f)
          .blend(0f, below)
          .mul(fromMemorySegment(SPECIES, y, at, ORDER))
          .intoMemorySegment(y, at, ORDER);
    }
    for (long i = bound; i < count; i++) {
      y.setAtIndex(JAVA_FLOAT, i, slope(x.getAtIndex(JAVA_FLOAT, i)) * y.getAtIndex(JAVA_FLOAT, i));
    }
  }

  private static float cdf(float x) {
    float z = within(x);
    float t = z * z;
    float p = Math.fma(Math.fma(Math.fma(t * A5 + A4, t, A3), t, A2), t, A1);
    float q = Math.fma(Math.fma(Math.fma(t * B5 + B4, t, B3), t, B2), t, B1);
    return x < -FAR ? 0 : z * Math.fma(p, t, A0) / Math.fma(q, t, 1f) + 0.5f;
  }

  private static float slope(float x) {
    float z = within(x);
    float t = z * z;
    float p = Math.fma(Math.fma(Math.fma(t * C7 + C6, t, C5), t, C4), t, C3);
    p = Math.fma(Math.fma(Math.fma(p, t, C2), t, C1), t, C0);
    float q = Math.fma(Math.fma(Math.fma(t * D6 + D5, t, D4), t, D3), t, D2);
    return x < -FAR ? 0 : z * p / Math.fma(Math.fma(q, t, D1), t, 1f) + 0.5f;
  }

  /** Not a number stays what it is. */
  private static float within(float x) {
    return x > FAR ? FAR : x < -FAR ? -FAR : x;
  }
}
