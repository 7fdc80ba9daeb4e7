package palimpsest.analysis.theory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DepthShiftTest {
  /** Every state of norm 10 over 4 texts, moved by a given distance in one direction. */
  @ParameterizedTest
  @CsvSource({"8, 1", "12, 0.5", "30, 0"})
  void plantedGrowthGivesItsSlope(int layers, double exponent) {
    double[][][] before = new double[layers + 1][4][25];
    double[][][] after = new double[layers + 1][4][25];
    for (int depth = 0; depth <= layers; depth++) {
      for (int text = 0; text < 4; text++) {
        Arrays.fill(before[depth][text], 1);
        after[depth][text] = before[depth][text].clone();
        double growth = depth == 0 ? 0.3 : Math.pow(depth, exponent);
        after[depth][text][text] += depth == layers ? 77 : growth; // the last norm's is left out
      }
    }
    DepthShift shift = DepthShift.between(before, after);
    assertEquals(exponent, shift.slope(), 1e-9);
    assertEquals(0.3 * 2 / 10, shift.relative().get(0), 1e-12);
    assertEquals(Math.pow(3, exponent) * 2 / 10, shift.relative().get(3), 1e-12);
  }

  @Test
  void aFewLayersHaveNoSlope() {
    assertNull(DepthShift.slope(List.of(0.1, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)));
    assertNull(DepthShift.slope(List.of(0.1, 0.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0)));
  }

  @Test
  void theSlopeOfNoise() {
    double[] x = {1, 2, 4};
    assertEquals(0.5, PowerLaw.exponent(x, new double[] {1, 4, 2}), 1e-12);
  }
}
