package palimpsest.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static palimpsest.ops.reference.Close.assertClose;

import java.util.Arrays;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.ops.reference.ReferenceImitation;
import palimpsest.ops.reference.Tolerance;

class ImitationTest extends OpTest {
  private static final float SCALE = 0.37f;

  @ParameterizedTest
  @CsvSource({"1, 2, 1", "1, 37, 2", "3, 16, 0.5", "5, 33, 2", "65, 101, 4", "2, 689, 2"})
  void distillation(int rows, int vocabulary, float temperature) {
    try (Workbench bench = bench(vocabulary)) {
      double[] logits = bench.normal(rows * vocabulary);
      double[] teacher = bench.normal(rows * vocabulary);
      Tensor x = bench.logits(logits, rows, vocabulary);
      Tensor losses = bench.poisonedFp32(rows);
      bench
          .ops()
          .distillationForwardBackward(
              x, losses, bench.inputFp32(teacher, rows, vocabulary), temperature, SCALE);
      bench.assertClose(
          "losses",
          Tolerance.DIVERGENCE,
          ReferenceImitation.divergences(logits, teacher, rows, temperature),
          losses);
      double[] gradient =
          ReferenceImitation.divergenceGradient(logits, teacher, rows, temperature, SCALE);
      bench.assertClose("dLogits", Tolerance.IMITATION, gradient, x);
      assertClose(
          "the reference's own gradient",
          1e-7,
          differences(logits, z -> ReferenceImitation.divergences(z, teacher, rows, temperature)),
          gradient);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 37", "5, 33", "65, 101", "2, 689"})
  void squaredError(int rows, int vocabulary) {
    try (Workbench bench = bench(vocabulary)) {
      double[] logits = bench.normal(rows * vocabulary);
      for (boolean zeros : new boolean[] {false, true}) {
        double[] wanted = zeros ? new double[logits.length] : bench.normal(rows * vocabulary);
        Tensor there = zeros ? null : bench.inputFp32(wanted, rows, vocabulary);
        Tensor x = bench.logits(logits, rows, vocabulary);
        Tensor losses = bench.poisonedFp32(rows);
        bench.ops().squaredErrorForwardBackward(x, losses, there, SCALE);
        bench.assertClose(
            "losses",
            Tolerance.IMITATION,
            ReferenceImitation.squaredErrors(logits, wanted, rows),
            losses);
        double[] gradient = ReferenceImitation.squaredErrorGradient(logits, wanted, SCALE);
        bench.assertClose("dLogits", Tolerance.IMITATION, gradient, x);
        assertClose(
            "the reference's own gradient",
            1e-7,
            differences(logits, z -> ReferenceImitation.squaredErrors(z, wanted, rows)),
            gradient);
      }
    }
  }

  @Test
  void aTeacherImitatedAlreadyTeachesNothing() {
    try (Workbench bench = bench(3)) {
      double[] logits = bench.normal(2 * 37);
      Tensor x = bench.changed(logits, 2, 37);
      Tensor losses = bench.poisonedFp32(2);
      bench.ops().distillationForwardBackward(x, losses, bench.inputFp32(logits, 2, 37), 2, 1);
      assertArrayEquals(new double[2], bench.read(losses), 1e-6);
      assertArrayEquals(new double[2 * 37], bench.read(x), 1e-7);
    }
  }

  /** Far from 0 in common, and beyond what fp32 holds as an exponential. */
  @ParameterizedTest
  @CsvSource({"300, 0", "1, 1e4", "50, -3e4"})
  void hugeLogits(double spread, double centre) {
    try (Workbench bench = bench(5)) {
      int rows = 3;
      double[] logits = spread(bench, rows * 41, spread, centre);
      double[] teacher = spread(bench, rows * 41, spread, centre);
      Tensor x = bench.changed(logits, rows, 41);
      Tensor losses = bench.poisonedFp32(rows);
      bench.ops().distillationForwardBackward(x, losses, bench.inputFp32(teacher, rows, 41), 1, 1);
      double[] expected = new double[rows];
      for (int m = 0; m < rows; m++) {
        expected[m] = divergence(logits, teacher, m * 41, 41);
      }
      // the terms that a loss is summed from are so much larger than the loss itself
      Tolerance tolerance = Tolerance.DIVERGENCE;
      double largest = Math.max(1, (Math.abs(centre) + 4 * spread) / 20);
      for (int m = 0; m < rows; m++) {
        assertEquals(
            expected[m], bench.read(losses)[m], expected[m] * tolerance.ofFp32() * largest);
      }
    }
  }

  private static double[] spread(Workbench bench, int size, double spread, double centre) {
    return bench.exact(Arrays.stream(bench.normal(size)).map(x -> x * spread + centre).toArray());
  }

  /** In logarithms throughout, for what has no exponential in double either. */
  private static double divergence(double[] logits, double[] teacher, int first, int width) {
    double logP = logOfSum(teacher, first, width);
    double logQ = logOfSum(logits, first, width);
    double sum = 0;
    for (int i = first; i < first + width; i++) {
      sum += Math.exp(teacher[i] - logP) * (teacher[i] - logP - logits[i] + logQ);
    }
    return sum;
  }

  private static double logOfSum(double[] x, int first, int width) {
    double largest = Arrays.stream(x, first, first + width).max().orElseThrow();
    return largest
        + Math.log(Arrays.stream(x, first, first + width).map(v -> Math.exp(v - largest)).sum());
  }

  /** Central differences of {@code SCALE · Σ losses}. */
  private static double[] differences(double[] at, Function<double[], double[]> losses) {
    double step = 1e-5;
    double[] point = at.clone();
    double[] gradient = new double[at.length];
    int width = Math.max(1, at.length / losses.apply(at).length);
    for (int i = 0; i < at.length; i++) {
      point[i] = at[i] + step;
      double above = losses.apply(point)[i / width];
      point[i] = at[i] - step;
      double below = losses.apply(point)[i / width];
      point[i] = at[i];
      gradient[i] = SCALE * (above - below) / (2 * step);
    }
    return gradient;
  }
}
