package palimpsest.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import palimpsest.ops.reference.ReferenceGelu;
import palimpsest.ops.reference.Tolerance;

class GeluTest extends OpTest {
  /** Φ's absolute error (7.5e-8 by its formula), and some rounding. */
  private double cdfError() {
    return dtype == DType.BF16 ? 1.0 / 256 : 3e-7;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 33, 400})
  void backward(int width) {
    for (Activation form : Activation.values()) {
      try (Workbench bench = bench(width)) {
        double[] hidden = bench.normal(3 * width);
        double[] dOut = bench.normal(3 * width);
        Tensor d = bench.changed(dOut, 3, width);
        bench.ops().geluBackward(d, bench.input(hidden, 3, width), null, form);
        double[] expected = ReferenceGelu.backward(dOut, hidden, form);
        bench.assertClose("dHidden, " + form, Tolerance.GELU_BACKWARD, expected, d);
      }
    }
  }

  /** Every number from −13 to 13 in steps of a thousandth, each by itself. */
  @ParameterizedTest
  @EnumSource
  void everywhere(Activation form) {
    double[] x = exact(IntStream.rangeClosed(-13_000, 13_000).mapToDouble(i -> i / 1e3).toArray());
    double[] values = values(x, form);
    double[] slopes = slopes(x, form);
    for (int i = 0; i < x.length; i++) {
      double size = Math.max(1, Math.abs(x[i]));
      double value = ReferenceGelu.value(x[i], form);
      double slope = ReferenceGelu.derivative(x[i], form);
      assertEquals(value, values[i], cdfError() * size, "gelu at " + x[i]);
      assertEquals(slope, slopes[i], cdfError() * 2, "slope at " + x[i]);
    }
  }

  /** Far out gelu is 0 or x, its slope 0 or 1: no exponential overflows into a NaN. */
  @ParameterizedTest
  @ValueSource(doubles = {10.5, 13.3, 50, 1e4, 1e10, 1e19, 1e20, 1e30})
  void farOut(double far) {
    for (Activation form : Activation.values()) {
      farOut(far, form);
    }
  }

  private void farOut(double far, Activation form) {
    double[] x = exact(-far, far, -far);
    double[] values = values(x, form);
    double[] slopes = slopes(x, form);
    assertEquals(x[1], values[1], far * 1e-7, "gelu at " + far);
    assertEquals(1, slopes[1], 1e-6, "slope at " + far);
    for (int i = 0; i < 3; i += 2) {
      assertEquals(0, values[i], 1e-6, "gelu at −" + far);
      assertEquals(0, slopes[i], 1e-6, "slope at −" + far);
    }
  }

  @ParameterizedTest
  @EnumSource
  void notANumberStays(Activation form) {
    // In a whole vector and in the tail behind it.
    double[] x = DoubleStream.iterate(-1, i -> i + 0.1).limit(33).toArray();
    x = exact(x);
    x[2] = Double.NaN;
    x[32] = Double.NaN;
    double[] values = values(x, form);
    double[] slopes = slopes(x, form);
    for (int i = 0; i < x.length; i++) {
      assertEquals(i == 2 || i == 32, Double.isNaN(values[i]), "gelu " + i);
      assertEquals(i == 2 || i == 32, Double.isNaN(slopes[i]), "slope " + i);
    }
  }

  private double[] exact(double... x) {
    try (Workbench bench = bench(0)) {
      return bench.exact(x);
    }
  }

  /** By a product with 1, so that the hidden number is x itself. */
  private double[] values(double[] x, Activation form) {
    try (Workbench bench = bench(0)) {
      int width = x.length;
      Tensor out = bench.poisoned(1, width);
      Tensor hidden = bench.poisoned(1, width);
      Tensor one = bench.input(new double[] {1}, 1, 1);
      Tensor none = bench.input(new double[width], width);
      bench.ops().matmulBiasGelu(out, hidden, one, bench.input(x, width, 1), none, form);
      return bench.read(out);
    }
  }

  private double[] slopes(double[] x, Activation form) {
    try (Workbench bench = bench(0)) {
      double[] ones = DoubleStream.generate(() -> 1).limit(x.length).toArray();
      Tensor d = bench.changed(ones, 1, x.length);
      bench.ops().geluBackward(d, bench.input(x, 1, x.length), null, form);
      return bench.read(d);
    }
  }
}
