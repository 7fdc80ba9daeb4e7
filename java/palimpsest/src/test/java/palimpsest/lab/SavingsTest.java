package palimpsest.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import palimpsest.report.Results.RecoveryPoint;

class SavingsTest {
  @Test
  void stepsAreReadOffTheStraightLineAndRoundedUp() {
    // 0.9 * 1.0 lies 12/19 of the way from .78 at step 10 to .97 at step 20: 16.3
    assertEquals(17, Savings.stepsTo90(curve(0, .15, 10, .78, 20, .97), 1.0));
    assertEquals(20, Savings.stepsTo90(curve(0, .15, 10, .78, 20, .9), 1.0));
    assertEquals(10, Savings.stepsTo90(curve(0, .15, 10, .45, 20, .97), .5));
  }

  @Test
  void neverBelowIsZeroAndNeverThereIsNull() {
    assertEquals(0, Savings.stepsTo90(curve(0, .95, 10, .5), 1.0));
    assertNull(Savings.stepsTo90(curve(0, .1, 10, .5, 150, .89), 1.0));
    assertNull(Savings.stepsTo90(List.of(), 1.0));
  }

  @Test
  void theFirstCrossingCounts() {
    assertEquals(10, Savings.stepsTo90(curve(0, 0, 10, .9, 20, .5, 30, 1), 1.0));
  }

  @Test
  void savingsCompareWithTheControl() {
    assertEquals(1 - 20 / 60.0, Savings.savings(20, 60));
    assertEquals(-1.0, Savings.savings(120, 60));
    assertEquals(1.0, Savings.savings(0, 60));
    assertNull(Savings.savings(null, 60));
    assertNull(Savings.savings(20, null));
    assertNull(Savings.savings(0, 0));
  }

  @Test
  void knowledgeKeptIsMeasuredBetweenFloorAndControl() {
    assertEquals(0.9, Savings.knowledgeKept(.905, 1.0, .05), 1e-12);
    assertNull(Savings.knowledgeKept(.5, .05, .05));
  }

  private static List<RecoveryPoint> curve(double... stepsAndShares) {
    var points = new ArrayList<RecoveryPoint>();
    for (int i = 0; i < stepsAndShares.length; i += 2) {
      points.add(new RecoveryPoint((int) stepsAndShares[i], stepsAndShares[i + 1], 0.0));
    }
    return points;
  }
}
