package palimpsest.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import palimpsest.ops.reference.ReferenceProjection;
import palimpsest.ops.reference.Tolerance;

class RangesTest extends OpTest {
  private static double[] map(int n, IntToDoubleFunction f) {
    return IntStream.range(0, n).mapToDouble(f).toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 15, 17, 255, 2048, 5001, 600_001})
  void vectors(int n) {
    try (Workbench bench = bench(n)) {
      double[] x = bench.normal(n);
      double[] y = bench.normal(n);
      Tensor a = bench.inputFp32(x, n);
      double[] terms = map(n, i -> x[i] * y[i]);
      double allowed = Tolerance.SUM.ofFp32() * Arrays.stream(terms).map(Math::abs).sum();
      double product = bench.ops().dot(a, bench.inputFp32(y, n));
      assertEquals(Arrays.stream(terms).sum(), product, allowed, "dot");

      Tensor into = bench.changedFp32(y, n);
      bench.ops().axpy(into, -0.3f, a);
      bench.assertClose("axpy", Tolerance.SUM, map(n, i -> y[i] - 0.3f * x[i]), into);

      into = bench.changedFp32(y, n);
      bench.ops().accumulateSquares(into, a, 0.7f);
      double[] squares = map(n, i -> y[i] + 0.7f * x[i] * x[i]);
      bench.assertClose("accumulateSquares", Tolerance.SUM, squares, into);

      into = bench.changedFp32(y, n);
      bench.ops().accumulateMagnitudes(into, a, 0.7f);
      double[] magnitudes = map(n, i -> y[i] + 0.7f * Math.abs(x[i]));
      bench.assertClose("accumulateMagnitudes", Tolerance.SUM, magnitudes, into);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 15, 17, 255, 2048, 5001, 600_001})
  void quadraticPenalty(int n) {
    try (Workbench bench = bench(n + 1)) {
      double[] before = bench.normal(n);
      double[] importance = map(n, i -> Math.abs(before[(i + 1) % n]));
      double[] weights = bench.normal(n);
      double[] anchor = bench.normal(n);
      Tensor gradient = bench.changedFp32(before, n);
      double value =
          bench
              .ops()
              .quadraticPenalty(
                  gradient,
                  bench.inputFp32(importance, n),
                  bench.inputFp32(weights, n),
                  bench.inputFp32(anchor, n),
                  2.5f);
      double expected = penalty(importance, weights, anchor);
      assertEquals(expected, value, expected * Tolerance.SUM.ofFp32());
      bench.assertClose(
          "gradient",
          Tolerance.SUM,
          map(n, i -> before[i] + difference(importance, weights, anchor, i)),
          gradient);
    }
  }

  @Test
  void noStrengthLeavesTheGradientAsItIs() {
    try (Workbench bench = bench(2)) {
      double[] before = bench.normal(100);
      Tensor gradient = bench.changedFp32(before, 100);
      Tensor other = bench.inputFp32(bench.normal(100), 100);
      Tensor anchor = bench.inputFp32(bench.normal(100), 100);
      assertEquals(0, bench.ops().quadraticPenalty(gradient, other, other, anchor, 0));
      bench.assertClose("gradient", Tolerance.COPY, before, gradient);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 7", "3, 33", "65, 101", "7, 2049"})
  void removeAlong(int rows, int width) {
    try (Workbench bench = bench(width)) {
      double[] x = bench.normal(rows * width);
      double[] direction = bench.normal(rows * width);
      Arrays.fill(direction, 0, rows > 1 ? width : 0, 0);
      for (Along along : Along.values()) {
        Tensor into = bench.changedFp32(x, rows, width);
        bench.ops().removeAlong(into, bench.inputFp32(direction, rows, width), along, 0.7f);
        double[] expected = ReferenceProjection.removed(x, direction, rows, along, 0.7f);
        bench.assertClose(along.name(), Tolerance.SUM, expected, into);
      }
    }
  }

  @Test
  void aProjectionLeavesNothingAlongTheDirection() {
    try (Workbench bench = bench(9)) {
      double[] direction = bench.normal(5 * 100);
      Tensor x = bench.changedFp32(bench.normal(5 * 100), 5, 100);
      bench.ops().removeAlong(x, bench.inputFp32(direction, 5, 100), Along.PROJECTION, 1);
      double[] left = bench.read(x);
      for (int row = 0; row < 5; row++) {
        int first = row * 100;
        double product =
            IntStream.range(first, first + 100).mapToDouble(i -> left[i] * direction[i]).sum();
        assertEquals(0, product, 1e-4);
      }
    }
  }

  /**
   * The released formula by hand: the row (3, 4) beside the direction (2, 0) has cosine 3/5, so 3/5
   * of the direction goes, not the 3/2 that would leave the row orthogonal; of the vector (3, 4)
   * goes 6/2 of it.
   */
  @Test
  void theReleasedFormulaIsNoProjection() {
    try (Workbench bench = bench(1)) {
      Tensor direction = bench.inputFp32(new double[] {2, 0}, 1, 2);
      double[] row = {3, 4};
      for (Along along : Along.values()) {
        Tensor x = bench.changedFp32(row, 1, 2);
        bench.ops().removeAlong(x, direction, along, 1);
        double[] expected =
            switch (along) {
              case COSINE -> new double[] {1.8, 4};
              case HALF_NORMED -> new double[] {-3, 4};
              case PROJECTION -> new double[] {0, 4};
            };
        bench.assertClose(along.name(), Tolerance.SUM, expected, x);
      }
    }
  }

  /** {@code ½ 2.5 Σ importance (weights − anchor)²}. */
  private static double penalty(double[] importance, double[] weights, double[] anchor) {
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += 1.25 * importance[i] * Math.pow(weights[i] - anchor[i], 2);
    }
    return sum;
  }

  /** The central difference of the penalty in one weight, exact for a parabola. */
  private static double difference(double[] importance, double[] weights, double[] anchor, int i) {
    double step = 0.5;
    double[] one = {importance[i]};
    double[] there = {anchor[i]};
    double above = penalty(one, new double[] {weights[i] + step}, there);
    double below = penalty(one, new double[] {weights[i] - step}, there);
    return (above - below) / (2 * step);
  }
}
