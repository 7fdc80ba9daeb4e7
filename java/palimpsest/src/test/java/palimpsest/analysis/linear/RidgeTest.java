package palimpsest.analysis.linear;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import palimpsest.analysis.Planted;
import palimpsest.base.Matrix;
import palimpsest.ops.cpu.Lapack;

class RidgeTest {
  /** Without noise the map itself, nearly: the smallest penalty is chosen. */
  @Test
  void findsALinearMap() {
    RandomGenerator random = Planted.random("ridge");
    Matrix x = Planted.gaussian(200, 5, random);
    Matrix map = Planted.gaussian(5, 1, random);
    Ridge.Fit fit = Ridge.on(x).fit(shifted(Lapack.product(x, map), 7));
    assertEquals(1e-4, fit.penalty());
    Matrix fresh = Planted.gaussian(50, 5, random);
    assertArrayEquals(shifted(Lapack.product(fresh, map), 7), fit.predict(fresh), 0.01);
  }

  /** Units do not matter, and a feature that never changes says nothing. */
  @Test
  void standardises() {
    RandomGenerator random = Planted.random("units");
    Matrix x = Planted.gaussian(60, 4, random);
    double[] y = Planted.gaussian(60, 1, random).values();
    double[] scaled = new double[60 * 5];
    for (int i = 0; i < 60; i++) {
      for (int j = 0; j < 4; j++) {
        scaled[i * 5 + j] = 1000 * x.at(i, j) - 3;
      }
      scaled[i * 5 + 4] = 42;
    }
    Matrix inOtherUnits = new Matrix(60, 5, scaled);
    assertArrayEquals(
        Ridge.on(x).fit(y).predict(x), Ridge.on(inOtherUnits).fit(y).predict(inOtherUnits), 1e-9);
  }

  /** The penalty chosen is the one that really predicts left-out examples best. */
  @Test
  void leavesOneOut() {
    RandomGenerator random = Planted.random("left out");
    int n = 25;
    Matrix x = Planted.gaussian(n, 12, random);
    Matrix noise = Planted.gaussian(n, 1, random);
    double[] targets = new double[n];
    for (int i = 0; i < n; i++) {
      targets[i] = x.at(i, 0) + 2 * noise.at(i, 0);
    }
    Ridge.Fit chosen = Ridge.on(x).fit(targets);
    assertTrue(chosen.penalty() > 1e-3, "noise asks for a penalty, got " + chosen.penalty());
    // The reference fits n times, each without one example, on features standardised by all.
    Standardised scale = Standardised.by(x);
    Matrix z = scale.of(x);
    double least = Double.POSITIVE_INFINITY;
    double best = 0;
    for (double penalty : new double[] {1e-4, 1e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10}) {
      double error = 0;
      for (int out = 0; out < n; out++) {
        error += Math.pow(targets[out] - withoutOne(z, targets, out, penalty * n), 2);
      }
      if (error < least) {
        least = error;
        best = penalty;
      }
    }
    assertEquals(best, chosen.penalty());
  }

  /** Ridge with a free offset on all examples but one, by the normal equations. */
  private static double withoutOne(Matrix z, double[] y, int out, double lambda) {
    int d = z.columns();
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i < z.rows(); i++) {
      if (i != out) {
        double[] row = new double[d + 2];
        row[0] = 1;
        System.arraycopy(z.values(), i * d, row, 1, d);
        row[d + 1] = y[i];
        rows.add(row);
      }
    }
    double[][] system = new double[d + 1][d + 2];
    for (double[] row : rows) {
      for (int a = 0; a <= d; a++) {
        for (int b = 0; b <= d + 1; b++) {
          system[a][b] += row[a] * row[b];
        }
      }
    }
    for (int a = 1; a <= d; a++) {
      system[a][a] += lambda;
    }
    for (int a = 0; a <= d; a++) {
      for (int other = 0; other <= d; other++) {
        double factor = other == a ? 0 : system[other][a] / system[a][a];
        for (int b = 0; b <= d + 1; b++) {
          system[other][b] -= factor * system[a][b];
        }
      }
    }
    double prediction = system[0][d + 1] / system[0][0];
    for (int a = 1; a <= d; a++) {
      prediction += system[a][d + 1] / system[a][a] * z.at(out, a - 1);
    }
    return prediction;
  }

  /** As many features as examples, and more. */
  @Test
  void manyFeaturesAreNoHarm() {
    RandomGenerator random = Planted.random("wide");
    for (int features : new int[] {30, 100}) {
      Matrix x = Planted.gaussian(30, features, random);
      double[] y = Planted.gaussian(30, 1, random).values();
      for (double value : Ridge.on(x).fit(y).predict(Planted.gaussian(10, features, random))) {
        assertTrue(Math.abs(value) < 10, "wild: " + value);
      }
    }
  }

  private static double[] shifted(Matrix column, double by) {
    return Arrays.stream(column.values()).map(value -> value + by).toArray();
  }
}
