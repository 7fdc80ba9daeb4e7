package palimpsest.ops.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class ExponentialTest {
  private static final float SMALLEST = -87.33f;
  private static final float LARGEST = 88.02f;

  /** Every so many floats of the whole range, in units in the last place of the true value. */
  @Test
  void withinTwoUnitsInTheLastPlace() {
    double worst = 0;
    float at = 0;
    int stride = 20_011;
    for (int sign = -1; sign <= 1; sign += 2) {
      float end = sign < 0 ? -SMALLEST : LARGEST;
      float[] x = new float[Vectors.LANES];
      for (int bits = Float.floatToIntBits(1e-9f);
          bits < Float.floatToIntBits(end) - stride * Vectors.LANES;
          bits += stride * Vectors.LANES) {
        for (int lane = 0; lane < x.length; lane++) {
          x[lane] = sign * Float.intBitsToFloat(bits + lane * stride);
        }
        float[] y = exponentials(x);
        for (int lane = 0; lane < x.length; lane++) {
          double expected = Math.exp(x[lane]);
          double error = Math.abs(y[lane] - expected) / Math.ulp((float) expected);
          if (!(error <= worst)) {
            worst = error;
            at = x[lane];
          }
        }
      }
    }
    assertTrue(worst <= 2, worst + " units in the last place at " + at);
  }

  @Test
  void beyondTheRangeItStaysAtTheEnds() {
    float[] x = new float[Math.max(8, Vectors.LANES)];
    x[0] = Float.NEGATIVE_INFINITY;
    x[1] = -1e30f;
    x[2] = -88;
    x[3] = 89;
    x[4] = 1e30f;
    x[5] = Float.POSITIVE_INFINITY;
    float[] y = exponentials(x);
    for (int i = 0; i < 3; i++) {
      assertEquals(Math.exp(SMALLEST), y[i], 1e-43, "e^" + x[i]);
      assertEquals(Math.exp(LARGEST), y[3 + i], 1e33, "e^" + x[3 + i]);
    }
    assertEquals(1, y[6], "e^0");
  }

  @Test
  void notANumberStays() {
    float[] x = new float[Vectors.LANES];
    x[0] = Float.NaN;
    assertTrue(Float.isNaN(exponentials(x)[0]));
  }

  private static float[] exponentials(float[] x) {
    float[] y = new float[x.length];
    for (int i = 0; i + Vectors.LANES <= x.length; i += Vectors.LANES) {
      Vectors.exp(FloatVector.fromArray(Vectors.SPECIES, x, i)).intoArray(y, i);
    }
    return y;
  }
}
