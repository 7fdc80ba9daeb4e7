package palimpsest.base;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
}
