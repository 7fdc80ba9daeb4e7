package palimpsest.base;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void intervalOfFiveValues() {
    double[] values = {1, 2, 3, 4, 5};
    assertEquals(3, Statistics.mean(values), 0);
    assertEquals(Math.sqrt(2.5), Statistics.deviation(values), 1e-12);
    // t(0.975; 4) = 2.776445
    assertEquals(2.776445 * Math.sqrt(2.5 / 5), Statistics.halfWidth95(values), 1e-6);
  }

  @Test
  void oneValueHasNoInterval() {
    assertEquals(4, Statistics.mean(new double[] {4}), 0);
    assertTrue(Double.isNaN(Statistics.halfWidth95(new double[] {4})));
    assertTrue(Double.isNaN(Statistics.signFlipP(new double[] {4})));
    assertTrue(Double.isNaN(Statistics.mean(new double[0])));
  }

  @Test
  void signFlipsOfOneSideReachTheSmallestP() {
    assertEquals(0.25, Statistics.signFlipP(new double[] {.2, .1, .3}), 0);
    assertEquals(0.0625, Statistics.signFlipP(new double[] {.2, .1, .3, .25, .15}), 0);
    assertEquals(0.0625, Statistics.signFlipP(new double[] {-.2, -.1, -.3, -.25, -.15}), 0);
  }

  @Test
  void signFlipsCountedByHand() {
    // |sum| of ±1 ±2 ±3: 6 twice, 4 twice, 2 twice, 0 twice; observed |1 - 2 + 3| = 2: 6 of 8.
    assertEquals(0.75, Statistics.signFlipP(new double[] {1, -2, 3}), 0);
    assertEquals(1, Statistics.signFlipP(new double[] {0, 0, 0}), 0);
  }

  @Test
  void equalSumsCountAsEqualWhateverTheirRounding() {
    assertEquals(0.25, Statistics.signFlipP(new double[] {.1, .2, .3}), 0);
    assertEquals(0.25, Statistics.signFlipP(new double[] {.3, .2, .1}), 0);
    assertEquals(1, Statistics.signFlipP(new double[] {.1, .2, -.3}), 0);
  }

  @Test
  void manyPairsAreDrawnAndAgreeWithTheNormalApproximation() {
    double[] differences = new double[40];
    RandomGenerator random = RandomStream.of(3, "test");
    double squares = 0;
    double sum = 0;
    for (int i = 0; i < differences.length; i++) {
      differences[i] = random.nextGaussian() + 0.3;
      squares += differences[i] * differences[i];
      sum += differences[i];
    }
    double z = Math.abs(sum) / Math.sqrt(squares);
    double expected =
        2
            * org.apache.commons.statistics.distribution.NormalDistribution.of(0, 1)
                .survivalProbability(z);
    assertEquals(expected, Statistics.signFlipP(differences), 0.01);
    assertEquals(Statistics.signFlipP(differences), Statistics.signFlipP(differences), 0);
  }

  /** Anscombe's first quartet has r = 0.8164; ranks by hand. */
  @Test
  void correlations() {
    double[] x = {10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
    double[] y = {8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68};
    assertEquals(0.81642, Statistics.pearson(x, y), 5e-6);
    assertEquals(0.81818, Statistics.spearman(x, y), 5e-6);
    assertArrayEquals(
        new double[] {2.5, 4, 1, 2.5}, Statistics.ranks(new double[] {3, 9, -1, 3}), 0);
    assertEquals(1, Statistics.spearman(new double[] {1, 2, 3}, new double[] {1, 20, 1e6}), 1e-12);
    assertTrue(Double.isNaN(Statistics.pearson(new double[] {1, 2}, new double[] {5, 5})));
  }

  @Test
  void pairedTOfStudentsSleepData() {
    // Student 1908, ten patients under two drugs: t = 4.0621, 9 degrees of freedom, p = 0.002833.
    double[] differences = {1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4};
    assertEquals(0.002833, Statistics.pairedP(differences), 1e-6);
  }

  @Test
  void pairedTAgreesWithItsInterval() {
    RandomGenerator random = RandomStream.of(5, "test");
    for (int n = 2; n < 12; n++) {
      double[] values = random.doubles(n).toArray();
      double mean = Statistics.mean(values);
      double half = Statistics.halfWidth95(values);
      double[] touching = new double[n]; // its interval ends at 0 exactly
      double[] mirrored = new double[n];
      for (int i = 0; i < n; i++) {
        touching[i] = values[i] - mean + half;
        mirrored[i] = -touching[i];
      }
      assertEquals(0.05, Statistics.pairedP(touching), 1e-9, "n = " + n);
      assertEquals(Statistics.pairedP(touching), Statistics.pairedP(mirrored), 1e-12);
    }
  }

  @Test
  void pairedTWithoutSpreadOrPairs() {
    assertTrue(Double.isNaN(Statistics.pairedP(new double[] {.3})));
    assertEquals(1, Statistics.pairedP(new double[] {0, 0, 0}), 0);
    assertEquals(0, Statistics.pairedP(new double[] {.25, .25, .25}), 0);
  }

  @Test
  void sixPairsAreTheFewestThatReachFivePercent() {
    double[] oneSided = {.1, .2, .3, .4, .5, .6};
    assertTrue(Statistics.signFlipP(oneSided) < 0.05);
    assertTrue(Statistics.signFlipP(Arrays.copyOf(oneSided, 5)) > 0.05);
    assertEquals(Statistics.FEWEST_FLIPS, oneSided.length);
  }

  @Test
  void holmOfAnExample() {
    // Smallest 0.005 · 4, then 0.01 · 3, 0.03 · 2, and 0.04 · 1 raised to its predecessor's 0.06.
    assertArrayEquals(
        new double[] {.03, .06, .06, .02},
        Statistics.holm(new double[] {.01, .04, .03, .005}),
        1e-12);
  }

  @Test
  void holmLeavesOutWhatIsNoTest() {
    double[] adjusted = Statistics.holm(new double[] {Double.NaN, .02, .9});
    assertTrue(Double.isNaN(adjusted[0]));
    assertEquals(.04, adjusted[1], 1e-12);
    assertEquals(.9, adjusted[2], 1e-12);
    assertEquals(0, Statistics.holm(new double[0]).length);
  }

  @Test
  void holmKeepsTheOrderAndLiesBetweenPlainAndBonferroni() {
    RandomGenerator random = RandomStream.of(7, "test");
    for (int family = 1; family <= 12; family++) {
      double[] p = random.doubles(family).map(x -> x * x).toArray();
      double[] adjusted = Statistics.holm(p);
      for (int i = 0; i < family; i++) {
        assertTrue(adjusted[i] >= p[i]);
        assertTrue(adjusted[i] <= Math.min(1, family * p[i]) + 1e-15);
        for (int k = 0; k < family; k++) {
          assertTrue(p[i] > p[k] || adjusted[i] <= adjusted[k]);
        }
      }
    }
  }
}
