package palimpsest.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
