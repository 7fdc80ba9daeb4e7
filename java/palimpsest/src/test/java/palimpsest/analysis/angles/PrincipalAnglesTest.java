package palimpsest.analysis.angles;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.analysis.Planted;
import palimpsest.base.Matrix;
import palimpsest.ops.cpu.Lapack;

class PrincipalAnglesTest {
  private static final int D = 48;

  /** u_i of the latter leans by a known angle out of the space of the former. */
  @ParameterizedTest
  @CsvSource({"48", "60", "300"})
  void plantedLowRankUpdatesGiveTheirAngles(int n) {
    double[] planted = {5, 90, 33.25, 0};
    RandomGenerator random = Planted.random("planted angles");
    Matrix basis = Planted.orthonormal(D, 9, false, random);
    Matrix former = basis.firstColumns(5);
    double[] leaning = new double[D * planted.length];
    for (int i = 0; i < planted.length; i++) {
      double cos = Math.cos(Math.toRadians(planted[i]));
      double sin = Math.sin(Math.toRadians(planted[i]));
      for (int row = 0; row < D; row++) {
        leaning[row * planted.length + i] = cos * basis.at(row, i) + sin * basis.at(row, 5 + i);
      }
    }
    Matrix latter = new Matrix(D, planted.length, leaning);
    PrincipalAngles angles =
        PrincipalAngles.between(
            WeightUpdate.of(Planted.ofLeftVectors(former, new double[] {7, 5, 4, 3, 2}, n, random)),
            WeightUpdate.of(Planted.ofLeftVectors(latter, new double[] {4, 3, 2, 1}, n, random)));
    assertEquals(5, angles.formerRank());
    assertEquals(4, angles.latterRank());
    assertEquals(D, angles.dimensions());
    assertArrayEquals(planted, angles.degrees(), 1e-5);
    assertEquals((5 + 90 + 33.25) / 4, angles.mean(), 1e-5);
    assertEquals(Math.toDegrees(Math.acos(Math.sqrt(5.0 / D))), angles.floor(), 1e-12);
  }

  @Test
  void theEffectiveRankHoldsNinetyNineOfAHundredSquares() {
    RandomGenerator random = Planted.random("rank");
    Matrix u = Planted.orthonormal(D, 3, false, random);
    // 99.0 % with two, 98.9 % with two.
    double[] enough = {Math.sqrt(90), Math.sqrt(9.001), Math.sqrt(0.999)};
    double[] tooFew = {Math.sqrt(90), Math.sqrt(8.9), Math.sqrt(1.1)};
    assertEquals(2, WeightUpdate.of(Planted.ofLeftVectors(u, enough, 50, random)).rank());
    assertEquals(3, WeightUpdate.of(Planted.ofLeftVectors(u, tooFew, 50, random)).rank());
  }

  /** Moving and stretching an update changes nothing: it is standardised. */
  @Test
  void theMeanAndTheSizeOfAnUpdateDoNotCount() {
    RandomGenerator random = Planted.random("standardised");
    Matrix a = Planted.gaussian(D, 20, random);
    double[] moved = a.values().clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] = 5 - 3 * moved[i];
    }
    WeightUpdate one = WeightUpdate.of(a);
    WeightUpdate other = WeightUpdate.of(new Matrix(D, 20, moved));
    assertEquals(one.rank(), other.rank());
    assertTrue(PrincipalAngles.between(one, other).mean() < 1e-5);
  }

  /** The floor, and its standard error, are those of many independent pairs of updates. */
  @ParameterizedTest
  @CsvSource({"6, 12", "24, 24", "60, 12", "60, 60", "90, 30"})
  void independentUpdatesGiveTheFloor(int formerRank, int latterRank) {
    int d = 96;
    int draws = 60;
    RandomGenerator random = Planted.random("floor " + formerRank + " " + latterRank);
    double sum = 0;
    double squares = 0;
    double error = 0;
    for (int draw = 0; draw < draws; draw++) {
      PrincipalAngles angles =
          PrincipalAngles.between(
              WeightUpdate.of(lowRank(d, formerRank, random)),
              WeightUpdate.of(lowRank(d, latterRank, random)));
      double off = angles.mean() - angles.floor();
      error = angles.floorError();
      assertTrue(Math.abs(off) < 5 * error, "off by %s".formatted(off));
      sum += off;
      squares += off * off;
    }
    double mean = sum / draws;
    double deviation = Math.sqrt(squares / draws - mean * mean);
    assertTrue(Math.abs(mean) < error, "mean %s, error %s".formatted(mean, error));
    assertEquals(1, deviation / error, 0.3, "deviation %s, error %s".formatted(deviation, error));
  }

  /** The figures of the specification for independent updates in 768 dimensions. */
  @Test
  void theFloorIsThatOfThePublishedFigures() {
    assertEquals(28.6, new PrincipalAngles(new double[0], 592, 592, 768).floor(), 0.05);
    assertEquals(78.1, new PrincipalAngles(new double[0], 32, 32, 768).floor(), 0.2);
    assertEquals(80.45, new PrincipalAngles(new double[0], 21, 21, 768).floor(), 0.2);
  }

  /** A frozen matrix has no directions, and no angle. */
  @Test
  void withoutAnUpdateThereIsNoAngle() {
    WeightUpdate none = WeightUpdate.of(new Matrix(D, 5, new double[D * 5]));
    WeightUpdate some = WeightUpdate.of(lowRank(D, 3, Planted.random("none")));
    assertEquals(0, none.rank());
    assertEquals(0, PrincipalAngles.between(none, some).degrees().length);
    assertEquals(0, PrincipalAngles.between(some, none).degrees().length);
    assertTrue(Double.isNaN(PrincipalAngles.between(some, none).mean()));
  }

  private static Matrix lowRank(int d, int rank, RandomGenerator random) {
    return Lapack.product(Planted.gaussian(d, rank, random), Planted.gaussian(rank, d + 7, random));
  }
}
