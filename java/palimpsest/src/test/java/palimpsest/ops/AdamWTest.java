package palimpsest.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static palimpsest.ops.reference.Norms.dot;
import static palimpsest.ops.reference.Norms.sum;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import palimpsest.ops.reference.ReferenceAdamW;
import palimpsest.ops.reference.Tolerance;

class AdamWTest extends OpTest {
  @ParameterizedTest
  @CsvSource({"1, 0", "16, 0.1", "17, 0.1", "1000, 0.01", "2049, 0"})
  void tenSteps(int size, double decay) {
    try (Workbench bench = bench(size)) {
      double[] weights = bench.normal(size);
      double[] first = new double[size];
      double[] second = new double[size];
      Tensor w = bench.changedFp32(weights, size);
      Tensor m = bench.changedFp32(first, size);
      Tensor v = bench.changedFp32(second, size);
      Tensor compute = compute(bench, w);
      SegmentTable all = bench.segments(new Segment(0, size, 1, true, false));
      for (int step = 1; step <= 10; step++) {
        AdamWStep scalars = new AdamWStep(step, 0.03 / step, 0.9, 0.999, 1e-6, decay, 0.7);
        double[] gradients = bench.normal(size);
        Tensor g = bench.changedFp32(gradients, size);
        bench.ops().adamw(all, w, compute, g, m, v, scalars);
        ReferenceAdamW.step(weights, gradients, first, second, scalars);
        bench.assertClose("gradients behind it", Tolerance.COPY, new double[size], g);
      }
      bench.assertClose("weights", Tolerance.ADAMW, weights, w);
      bench.assertClose("moment1", Tolerance.ADAMW, first, m);
      bench.assertClose("moment2", Tolerance.ADAMW, second, v);
      bench.assertClose("compute", Tolerance.COPY, bench.exact(bench.read(w)), compute);
    }
  }

  /** The weights as the products read them: themselves on fp32. */
  private Tensor compute(Workbench bench, Tensor weights) {
    return dtype == DType.FP32 ? weights : bench.poisoned(Math.toIntExact(weights.size()));
  }

  /** Far into a run the corrections are 1; a rate of 0 changes no weight. */
  @ParameterizedTest
  @ValueSource(ints = {1, 100_000})
  void aRateOfZeroMovesNothing(int step) {
    try (Workbench bench = bench(5)) {
      double[] weights = bench.normal(37);
      Tensor w = bench.changedFp32(weights, 37);
      Tensor g = bench.changedFp32(bench.normal(37), 37);
      Tensor m = bench.changedFp32(bench.normal(37), 37);
      Tensor v = bench.changedFp32(Arrays.stream(bench.normal(37)).map(Math::abs).toArray(), 37);
      SegmentTable all = bench.segments(new Segment(0, 37, 1, true, false));
      AdamWStep scalars = new AdamWStep(step, 0, 0.9, 0.999, 1e-8, 0.1, 1);
      bench.ops().adamw(all, w, compute(bench, w), g, m, v, scalars);
      bench.assertClose("weights", Tolerance.COPY, weights, w);
    }
  }

  /** Each segment by its own rules; what is frozen, or between two, keeps every bit. */
  @Test
  void segments() {
    int size = 200;
    Segment plain = new Segment(0, 50, 1, false, false);
    Segment frozen = new Segment(50, 33, 1, true, true);
    Segment slow = new Segment(96, 70, 0.5f, true, false);
    AdamWStep scalars = new AdamWStep(3, 0.01, 0.9, 0.999, 1e-6, 0.2, 0.7);
    try (Workbench bench = bench(12)) {
      double[][] flat = new double[4][];
      Tensor[] tensors = new Tensor[4];
      for (int i = 0; i < 4; i++) {
        flat[i] = bench.normal(size);
        if (i == 3) {
          flat[i] = Arrays.stream(flat[i]).map(Math::abs).toArray();
        }
        tensors[i] = bench.changedFp32(flat[i], size);
      }
      SegmentTable table = bench.segments(plain, frozen, slow);
      double expected = 0;
      for (Segment segment : List.of(plain, slow)) {
        double[] gradients = part(flat[1], segment);
        expected += dot(gradients, gradients);
      }
      double squares = bench.ops().mergeGradients(table, tensors[1], List.of());
      assertEquals(expected, squares, Tolerance.SUM.ofFp32() * expected);

      Tensor compute = compute(bench, tensors[0]);
      bench.ops().adamw(table, tensors[0], compute, tensors[1], tensors[2], tensors[3], scalars);
      for (Segment segment : List.of(plain, slow)) {
        double[][] parts = new double[4][];
        for (int i = 0; i < 4; i++) {
          parts[i] = part(flat[i], segment);
        }
        AdamWStep own =
            new AdamWStep(
                3, 0.01 * segment.rateScale(), 0.9, 0.999, 1e-6, segment.decays() ? 0.2 : 0, 0.7);
        ReferenceAdamW.step(parts[0], parts[1], parts[2], parts[3], own);
        Arrays.fill(parts[1], 0);
        for (int i = 0; i < 4; i++) {
          System.arraycopy(
              parts[i], 0, flat[i], Math.toIntExact(segment.offset()), segment.length());
        }
      }
      for (int i = 0; i < 4; i++) {
        bench.assertClose("buffer " + i, Tolerance.ADAMW, flat[i], tensors[i]);
        double[] now = bench.read(tensors[i]);
        assertArrayEquals(part(flat[i], frozen), part(now, frozen), "frozen, buffer " + i);
        assertEquals(flat[i][90], now[90], "between two, buffer " + i);
      }
    }
  }

  private static double[] part(double[] flat, Segment segment) {
    int first = Math.toIntExact(segment.offset());
    return Arrays.copyOfRange(flat, first, first + segment.length());
  }

  @Test
  void notANumberStays() {
    try (Workbench bench = bench(5)) {
      double[] gradients = bench.normal(33);
      gradients[32] = Double.NaN;
      Tensor w = bench.changedFp32(bench.normal(33), 33);
      Tensor g = bench.changedFp32(gradients, 33);
      Tensor m = bench.changedFp32(new double[33], 33);
      Tensor v = bench.changedFp32(new double[33], 33);
      SegmentTable all = bench.segments(new Segment(0, 33, 1, true, false));
      AdamWStep scalars = new AdamWStep(1, 0.1, 0.9, 0.999, 1e-8, 0, 1);
      bench.ops().adamw(all, w, compute(bench, w), g, m, v, scalars);
      double[] weights = bench.read(w);
      for (int i = 0; i < 33; i++) {
        assertEquals(i == 32, Double.isNaN(weights[i]), "weight " + i);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 33, 1024, 5001})
  void mergeGradients(int size) {
    try (Workbench bench = bench(size)) {
      double[] a = bench.normal(size);
      double[] b = bench.normal(size);
      double[] both = sum(a, b);
      Tensor into = bench.changedFp32(a, size);
      Tensor from = bench.changedFp32(b, size);
      SegmentTable all = bench.segments(new Segment(0, size, 1, true, false));
      double squares = bench.ops().mergeGradients(all, into, List.of(from));
      assertEquals(dot(both, both), squares, Tolerance.SUM.ofFp32() * dot(both, both));
      bench.assertClose("sum", Tolerance.SUM, both, into);
      bench.assertClose("what was added", Tolerance.COPY, new double[size], from);

      double again = bench.ops().mergeGradients(all, into, List.of());
      assertEquals(squares, again, "the squares of what is there, to the bit");
    }
  }

  @Test
  void mergingKeepsNotANumber() {
    try (Workbench bench = bench(8)) {
      double[] gradients = bench.normal(50);
      gradients[49] = Double.NaN;
      Tensor into = bench.changedFp32(bench.normal(50), 50);
      Tensor from = bench.changedFp32(gradients, 50);
      SegmentTable all = bench.segments(new Segment(0, 50, 1, true, false));
      assertTrue(Double.isNaN(bench.ops().mergeGradients(all, into, List.of(from))));
    }
  }
}
