package palimpsest.analysis.theory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.analysis.Planted;
import palimpsest.base.Matrix;

class OverlapTest {
  private static final int D = 40;
  private static final RandomGenerator RANDOM = Planted.random("overlap");
  private static final List<Matrix> ROTATIONS = Overlap.rotations(D, 60, RANDOM);

  /** One direction each, at a known angle: |cos|. */
  @ParameterizedTest
  @CsvSource({"0, 1", "60, 0.5", "90, 0"})
  void ofPlantedDirections(double degrees, double expected) {
    Matrix basis = Planted.orthonormal(D, 2, false, RANDOM);
    double cos = Math.cos(Math.toRadians(degrees));
    double sin = Math.sin(Math.toRadians(degrees));
    double[] leaning = new double[D];
    for (int i = 0; i < D; i++) {
      leaning[i] = cos * basis.at(i, 0) + sin * basis.at(i, 1);
    }
    Matrix weight = Planted.ofLeftVectors(basis.firstColumns(1), new double[] {7}, 30, RANDOM);
    Matrix update =
        Planted.ofLeftVectors(new Matrix(D, 1, leaning), new double[] {0.25}, 30, RANDOM);
    Overlap overlap = Overlap.of(weight, update, ROTATIONS);
    assertEquals(7, overlap.weightNorm(), 1e-9);
    assertEquals(0.25, overlap.updateNorm(), 1e-9);
    assertEquals(expected, overlap.overlap(), 1e-7);
  }

  /** {@code Σ s² σ² cos² / (Σ s² Σ σ²)} by hand: of two directions each they share one. */
  @Test
  void largeDirectionsCountMore() {
    Matrix basis = Planted.orthonormal(D, 3, false, RANDOM);
    Matrix weight = Planted.ofLeftVectors(basis.firstColumns(2), new double[] {3, 1}, 50, RANDOM);
    double[] shared = new double[D * 2];
    for (int i = 0; i < D; i++) {
      shared[2 * i] = basis.at(i, 2);
      shared[2 * i + 1] = basis.at(i, 0);
    }
    Matrix update =
        Planted.ofLeftVectors(new Matrix(D, 2, shared), new double[] {2, 1}, 50, RANDOM);
    double expected = Math.sqrt(9 * 1 / (10.0 * 5.0));
    assertEquals(expected, Overlap.of(weight, update, ROTATIONS).overlap(), 1e-9);
  }

  /** 1/√d, the root of the mean square; and a random update is no further from it than they. */
  @ParameterizedTest
  @CsvSource({"20", "40", "200"})
  void theControlIsChance(int n) {
    Matrix weight = Planted.gaussian(D, n, RANDOM);
    Overlap overlap = Overlap.of(weight, Planted.gaussian(D, n, RANDOM), ROTATIONS);
    double chance = 1 / Math.sqrt(D);
    double deviation = overlap.controlDeviation();
    assertEquals(chance, overlap.control(), 5 * deviation / Math.sqrt(ROTATIONS.size()) + 1e-4);
    assertEquals(chance, overlap.overlap(), 5 * deviation);
  }

  @Test
  void aMatrixThatDidNotMoveHasNone() {
    Matrix weight = Planted.gaussian(D, D, RANDOM);
    Overlap overlap = Overlap.of(weight, weight.minus(weight), ROTATIONS);
    assertEquals(0, overlap.updateNorm());
    assertNull(overlap.overlap());
    assertNull(overlap.control());
  }
}
