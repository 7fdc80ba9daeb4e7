package palimpsest.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static palimpsest.ops.reference.Close.dot;
import static palimpsest.ops.reference.Close.sum;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import palimpsest.ops.reference.ReferenceAdamW;

class AdamWTest {
  @ParameterizedTest
  @CsvSource({"1, 0", "16, 0.1", "17, 0.1", "1000, 0.01", "2049, 0"})
  void tenSteps(int size, double decay) {
    try (Workbench bench = new Workbench(size)) {
      double[] weights = bench.normal(size);
      double[] first = new double[size];
      double[] second = new double[size];
      Tensor w = bench.changed(weights, size);
      Tensor m = bench.changed(first, size);
      Tensor v = bench.changed(second, size);
      for (int step = 1; step <= 10; step++) {
        AdamWStep scalars = new AdamWStep(step, 0.03 / step, 0.9, 0.999, 1e-6, decay, 0.7);
        double[] gradients = bench.normal(size);
        Tensor g = bench.changed(gradients, size);
        bench.ops().adamw(w, g, m, v, scalars);
        ReferenceAdamW.step(weights, gradients, first, second, scalars);
        bench.assertClose("gradients behind it", Tolerance.COPY, new double[size], g);
      }
      bench.assertClose("weights", Tolerance.ADAMW, weights, w);
      bench.assertClose("moment1", Tolerance.ADAMW, first, m);
      bench.assertClose("moment2", Tolerance.ADAMW, second, v);
    }
  }

  /** Far into a run the corrections are 1; a rate of 0 changes no weight. */
  @ParameterizedTest
  @ValueSource(ints = {1, 100_000})
  void aRateOfZeroMovesNothing(int step) {
    try (Workbench bench = new Workbench(5)) {
      double[] weights = bench.normal(37);
      Tensor w = bench.changed(weights, 37);
      Tensor g = bench.changed(bench.normal(37), 37);
      Tensor m = bench.changed(bench.normal(37), 37);
      Tensor v = bench.changed(Arrays.stream(bench.normal(37)).map(Math::abs).toArray(), 37);
      bench.ops().adamw(w, g, m, v, new AdamWStep(step, 0, 0.9, 0.999, 1e-8, 0.1, 1));
      bench.assertClose("weights", Tolerance.COPY, weights, w);
    }
  }

  @Test
  void notANumberStays() {
    try (Workbench bench = new Workbench(5)) {
      double[] gradients = bench.normal(33);
      gradients[32] = Double.NaN;
      Tensor w = bench.changed(bench.normal(33), 33);
      Tensor g = bench.changed(gradients, 33);
      Tensor m = bench.changed(new double[33], 33);
      Tensor v = bench.changed(new double[33], 33);
      bench.ops().adamw(w, g, m, v, new AdamWStep(1, 0.1, 0.9, 0.999, 1e-8, 0, 1));
      double[] weights = bench.read(w);
      for (int i = 0; i < 33; i++) {
        assertEquals(i == 32, Double.isNaN(weights[i]), "weight " + i);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 33, 1024, 5001})
  void mergeGradients(int size) {
    try (Workbench bench = new Workbench(size)) {
      double[] a = bench.normal(size);
      double[] b = bench.normal(size);
      double[] both = sum(a, b);
      Tensor into = bench.changed(a, size);
      Tensor from = bench.changed(b, size);
      double squares = bench.ops().mergeGradients(into, from);
      assertEquals(dot(both, both), squares, Tolerance.SUM.of(DType.FP32) * dot(both, both));
      bench.assertClose("sum", Tolerance.SUM, both, into);
      bench.assertClose("what was added", Tolerance.COPY, new double[size], from);

      double again = bench.ops().mergeGradients(into, null);
      assertEquals(squares, again, "the squares of what is there, to the bit");
    }
  }

  @Test
  void mergingKeepsNotANumber() {
    try (Workbench bench = new Workbench(8)) {
      double[] gradients = bench.normal(50);
      gradients[49] = Double.NaN;
      Tensor into = bench.changed(bench.normal(50), 50);
      Tensor from = bench.changed(gradients, 50);
      assertTrue(Double.isNaN(bench.ops().mergeGradients(into, from)));
    }
  }
}
