package palimpsest.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static palimpsest.ops.reference.Norms.sum;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.ops.reference.ReferenceLayerNorm;
import palimpsest.ops.reference.ReferenceRmsNorm;
import palimpsest.ops.reference.Tolerance;

class LayerNormTest extends OpTest {
  private static final float EPSILON = 1e-5f;

  @ParameterizedTest
  @CsvSource({"1, 3", "3, 7", "5, 16", "17, 33", "2, 128", "33, 100", "4, 255"})
  void forwardAndBackward(int rows, int width) {
    try (Workbench bench = bench(width)) {
      Ops ops = bench.ops();
      double[] in = bench.normal(rows * width);
      double[] weight = bench.normal(width);
      double[] bias = bench.normal(width);
      Tensor x = bench.input(in, rows, width);
      Tensor w = bench.input(weight, width);
      Tensor b = bench.input(bias, width);
      Tensor mean = bench.poisonedFp32(rows);
      Tensor rstd = bench.poisonedFp32(rows);
      Tensor out = bench.poisoned(rows, width);
      ops.layerNormForward(out, mean, rstd, x, w, b, EPSILON);
      double[] expected = ReferenceLayerNorm.forward(in, weight, bias, EPSILON);
      bench.assertClose("out", Tolerance.LAYER_NORM, expected, out);
      bench.assertClose("mean", Tolerance.LAYER_NORM, ReferenceLayerNorm.means(in, width), mean);
      double[] inverse = ReferenceLayerNorm.inverseDeviations(in, width, EPSILON);
      bench.assertClose("rstd", Tolerance.LAYER_NORM, inverse, rstd);

      double[] dOut = bench.normal(rows * width);
      Tensor d = bench.input(dOut, rows, width);
      var gradients = ReferenceLayerNorm.backward(dOut, in, weight, EPSILON);
      double[] dInBefore = bench.normal(rows * width);
      double[] dWeightBefore = bench.normal(width);
      double[] dBiasBefore = bench.normal(width);
      Tensor dIn = bench.changed(dInBefore, rows, width);
      Tensor dWeight = bench.changedFp32(dWeightBefore, width);
      Tensor dBias = bench.changedFp32(dBiasBefore, width);
      ops.layerNormBackward(dIn, dWeight, dBias, d, x, w, mean, rstd);
      Tolerance tolerance = Tolerance.LAYER_NORM_BACKWARD;
      bench.assertClose("dIn", tolerance, sum(dInBefore, gradients.in()), dIn);
      bench.assertClose("dWeight", tolerance, sum(dWeightBefore, gradients.weight()), dWeight);
      bench.assertClose("dBias", tolerance, sum(dBiasBefore, gradients.bias()), dBias);

      dIn = bench.changed(new double[rows * width], rows, width);
      ops.layerNormBackward(dIn, null, null, d, x, w, mean, rstd);
      bench.assertClose("dIn alone", tolerance, gradients.in(), dIn);
      dWeight = bench.changedFp32(new double[width], width);
      dBias = bench.changedFp32(new double[width], width);
      ops.layerNormBackward(null, dWeight, dBias, d, x, w, mean, rstd);
      bench.assertClose("dWeight alone", tolerance, gradients.weight(), dWeight);
      bench.assertClose("dBias alone", tolerance, gradients.bias(), dBias);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 3", "3, 7", "17, 33", "2, 128", "300, 100", "4, 255"})
  void rms(int rows, int width) {
    try (Workbench bench = bench(width)) {
      Ops ops = bench.ops();
      double[] in = bench.normal(rows * width);
      double[] weight = bench.normal(width);
      Tensor x = bench.input(in, rows, width);
      Tensor w = bench.input(weight, width);
      Tensor rstd = bench.poisonedFp32(rows);
      Tensor out = bench.poisoned(rows, width);
      ops.rmsNormForward(out, rstd, x, w, EPSILON);
      double[] expected = ReferenceRmsNorm.forward(in, weight, EPSILON);
      bench.assertClose("out", Tolerance.LAYER_NORM, expected, out);
      double[] inverse = ReferenceRmsNorm.inverseNorms(in, width, EPSILON);
      bench.assertClose("rstd", Tolerance.LAYER_NORM, inverse, rstd);

      double[] dOut = bench.normal(rows * width);
      Tensor d = bench.input(dOut, rows, width);
      var gradients = ReferenceRmsNorm.backward(dOut, in, weight, EPSILON);
      double[] dInBefore = bench.normal(rows * width);
      double[] dWeightBefore = bench.normal(width);
      Tensor dIn = bench.changed(dInBefore, rows, width);
      Tensor dWeight = bench.changedFp32(dWeightBefore, width);
      ops.rmsNormBackward(dIn, dWeight, d, x, w, rstd);
      Tolerance tolerance = Tolerance.LAYER_NORM_BACKWARD;
      bench.assertClose("dIn", tolerance, sum(dInBefore, gradients.in()), dIn);
      bench.assertClose("dWeight", tolerance, sum(dWeightBefore, gradients.weight()), dWeight);

      dIn = bench.changed(new double[rows * width], rows, width);
      ops.rmsNormBackward(dIn, null, d, x, w, rstd);
      bench.assertClose("dIn alone", tolerance, gradients.in(), dIn);
      dWeight = bench.changedFp32(new double[width], width);
      ops.rmsNormBackward(null, dWeight, d, x, w, rstd);
      bench.assertClose("dWeight alone", tolerance, gradients.weight(), dWeight);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 5", "9, 40", "3, 64"})
  void pair(int rows, int width) {
    try (Workbench bench = bench(width)) {
      double[] in = bench.normal(rows * width);
      double[] weight1 = bench.normal(width);
      double[] bias1 = bench.normal(width);
      double[] weight2 = bench.normal(width);
      double[] bias2 = bench.normal(width);
      Tensor mean = bench.poisonedFp32(rows);
      Tensor rstd = bench.poisonedFp32(rows);
      Tensor out1 = bench.poisoned(rows, width);
      Tensor out2 = bench.poisoned(rows, width);
      bench
          .ops()
          .layerNormPairForward(
              out1,
              out2,
              mean,
              rstd,
              bench.input(in, rows, width),
              bench.input(weight1, width),
              bench.input(bias1, width),
              bench.input(weight2, width),
              bench.input(bias2, width),
              EPSILON);
      Tolerance tolerance = Tolerance.LAYER_NORM;
      bench.assertClose(
          "out1", tolerance, ReferenceLayerNorm.forward(in, weight1, bias1, EPSILON), out1);
      bench.assertClose(
          "out2", tolerance, ReferenceLayerNorm.forward(in, weight2, bias2, EPSILON), out2);
      bench.assertClose("mean", tolerance, ReferenceLayerNorm.means(in, width), mean);
      double[] inverse = ReferenceLayerNorm.inverseDeviations(in, width, EPSILON);
      bench.assertClose("rstd", tolerance, inverse, rstd);
    }
  }

  /** A row of one value has no variance: ε alone keeps it finite. */
  @Test
  void constantRowsGiveTheBias() {
    try (Workbench bench = bench(1)) {
      int width = 21;
      double[] in = new double[width];
      java.util.Arrays.fill(in, 3);
      double[] bias = bench.normal(width);
      Tensor out = bench.poisoned(1, width);
      Tensor weight = bench.input(bench.normal(width), width);
      bench
          .ops()
          .layerNormForward(
              out,
              bench.poisonedFp32(1),
              bench.poisonedFp32(1),
              bench.input(in, 1, width),
              weight,
              bench.input(bias, width),
              EPSILON);
      bench.assertClose("out", Tolerance.COPY, bias, out);
    }
  }

  @Test
  void notANumberFillsItsRowAlone() {
    try (Workbench bench = bench(2)) {
      int width = 19;
      double[] in = bench.normal(2 * width);
      in[width - 1] = Double.NaN; // in the tail behind the last whole vector
      Tensor out = bench.poisoned(2, width);
      bench
          .ops()
          .layerNormForward(
              out,
              bench.poisonedFp32(2),
              bench.poisonedFp32(2),
              bench.input(in, 2, width),
              bench.input(bench.normal(width), width),
              bench.input(bench.normal(width), width),
              EPSILON);
      double[] values = bench.read(out);
      for (int i = 0; i < values.length; i++) {
        assertEquals(i < width, Double.isNaN(values[i]), "element " + i);
      }
    }
  }
}
