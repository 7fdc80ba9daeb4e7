package palimpsest.ops.cpu;

import static palimpsest.ops.cpu.Vectors.BYTES;
import static palimpsest.ops.cpu.Vectors.LANES;
import static palimpsest.ops.cpu.Vectors.load;
import static palimpsest.ops.cpu.Vectors.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import palimpsest.ops.Tensor;

/**
 * The exact GELU, x Φ(x) (Hendrycks and Gimpel 2016). Φ comes from Abramowitz and Stegun 7.1.26,
 * absolute error 1.5e-7 at most; its exponential is also the one the derivative needs:
 * {@code gelu′(x) = Φ(x) + x φ(x)}.
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

  /** {@code hidden += bias}, {@code out = gelu(hidden)}, row by row. */
  static void biasForward(Tensor out, Tensor hidden, Tensor bias) {
    int width = hidden.columns();
    MemorySegment h = hidden.memory();
    MemorySegment y = out.memory();
    MemorySegment b = bias.memory();
    int bound = Vectors.bound(width);
    VectorMask<Float> tail = Vectors.tail(bound, width);
    for (int n = 0; n < hidden.rows(); n++) {
      long row = (long) n * width;
      for (int c = 0; c < bound; c += LANES) {
        FloatVector x = load(h, row + c).add(load(b, c));
        x.intoMemorySegment(h, (row + c) * BYTES, ORDER);
        x.mul(normalCdf(x, gauss(x))).intoMemorySegment(y, (row + c) * BYTES, ORDER);
      }
      if (bound < width) {
        FloatVector x = load(h, row + bound, tail).add(load(b, bound, tail));
        x.intoMemorySegment(h, (row + bound) * BYTES, ORDER, tail);
        x.mul(normalCdf(x, gauss(x))).intoMemorySegment(y, (row + bound) * BYTES, ORDER, tail);
      }
    }
  }

  /** {@code dOut *= gelu′(hidden)}. */
  static void backward(Tensor dOut, Tensor hidden) {
    MemorySegment h = hidden.memory();
    MemorySegment d = dOut.memory();
    int columns = hidden.columns();
    int bound = Vectors.bound(columns);
    VectorMask<Float> tail = Vectors.tail(bound, columns);
    for (int n = 0; n < hidden.rows(); n++) {
      long row = (long) n * columns;
      for (int c = 0; c < bound; c += LANES) {
        load(d, row + c).mul(derivative(load(h, row + c))).intoMemorySegment(d, (row + c) * BYTES, ORDER);
      }
      if (bound < columns) {
        FloatVector slope = derivative(load(h, row + bound, tail));
        load(d, row + bound, tail).mul(slope).intoMemorySegment(d, (row + bound) * BYTES, ORDER, tail);
      }
    }
  }

  private static FloatVector derivative(FloatVector x) {
    FloatVector gauss = gauss(x);
    return x.mul(gauss).mul(INVERSE_ROOT_TAU).add(normalCdf(x, gauss));
  }

  /** e^(−x²/2). */
  private static FloatVector gauss(FloatVector x) {
    return Vectors.exp(x.mul(x).mul(-0.5f));
  }

  /** Φ(x) = ½ erfc(−x/√2), given e^(−x²/2); the small side is computed, the other is 1 minus it. */
  private static FloatVector normalCdf(FloatVector x, FloatVector gauss) {
    FloatVector z = x.abs().mul(HALF_ROOT);
    FloatVector t = z.broadcast(1f).div(z.mul(P).add(1f));
    FloatVector polynomial =
        t.mul(A5)
            .add(A4)
            .fma(t, t.broadcast(A3))
            .fma(t, t.broadcast(A2))
            .fma(t, t.broadcast(A1))
            .mul(t);
    FloatVector small = polynomial.mul(gauss).mul(0.5f);
    return small.blend(small.neg().add(1f), x.compare(VectorOperators.GE, 0f));
  }
}
