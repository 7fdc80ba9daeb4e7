package palimpsest.ops.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExponentialTest {
  /** Every so many floats of the whole range, in units in the last place of the true value. */
  @Test
  void withinTwoUnitsInTheLastPlace() {
    double worst = 0;
    float at = 0;
    for (float x : scan()) {
      double expected = Math.exp(x);
      double error = Math.abs(Exponential.of(x) - expected) / Math.ulp((float) expected);
      if (!(error <= worst)) {
        worst = error;
        at = x;
      }
    }
    assertTrue(worst <= 2, worst + " units in the last place at " + at);
  }

  /**
   * Loops over vectors write the operations out, and must not differ. A row's largest ends at 0.
   */
  @Test
  void loopsOverVectorsGiveTheSameBits() {
    List<Float> scan = scan();
    scan.addAll(List.of(0f, -0f, -1e30f, Float.NaN, Float.MIN_VALUE, Float.NEGATIVE_INFINITY));
    while (scan.size() % Vectors.LANES != 0) {
      scan.add(1f);
    }
    int count = scan.size();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = arena.allocate((long) count * Float.BYTES, 64);
      for (int i = 0; i < count; i++) {
        x.setAtIndex(JAVA_FLOAT, i, scan.get(i));
      }
      Softmax.exponentials(x, 0, count, 0.25f);
      for (int i = 0; i < count; i++) {
        float expected = Exponential.of(scan.get(i) - 0.25f);
        assertEquals(expected, x.getAtIndex(JAVA_FLOAT, i), "e^(x − ¼) at " + scan.get(i));
      }
    }
  }

  @Test
  void beyondTheRangeItStaysAtTheEnds() {
    for (float x : new float[] {88.1f, 89, 1e30f, Float.POSITIVE_INFINITY}) {
      assertEquals(Exponential.of(Exponential.LARGEST), Exponential.of(x));
      assertEquals(Exponential.of(Exponential.SMALLEST), Exponential.of(-x));
    }
    assertTrue(Float.isFinite(Exponential.of(Exponential.LARGEST)));
    assertTrue(Exponential.of(Exponential.SMALLEST) >= Float.MIN_NORMAL);
    assertEquals(1, Exponential.of(0));
    assertTrue(Float.isNaN(Exponential.of(Float.NaN)));
  }

  private static List<Float> scan() {
    List<Float> scan = new ArrayList<>();
    int stride = 20_011;
    int smallest = Float.floatToIntBits(1e-9f);
    for (int bits = smallest; bits < Float.floatToIntBits(Exponential.LARGEST); bits += stride) {
      float x = Float.intBitsToFloat(bits);
      scan.add(x);
      if (-x > Exponential.SMALLEST) {
        scan.add(-x);
      }
    }
    return scan;
  }
}
