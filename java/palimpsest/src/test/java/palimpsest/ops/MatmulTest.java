package palimpsest.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static palimpsest.ops.reference.Norms.sum;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.ops.reference.ReferenceGelu;
import palimpsest.ops.reference.ReferenceMatmul;
import palimpsest.ops.reference.Tolerance;

class MatmulTest extends OpTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1, 41",
    "1, 17, 5",
    "2, 3, 33",
    "17, 40, 96",
    "33, 128, 37",
    "65, 31, 100",
    "128, 130, 129"
  })
  void forwardAndBackward(int rows, int inputs, int outputs) {
    try (Workbench bench = bench(rows)) {
      Ops ops = bench.ops();
      double[] in = bench.normal(rows * inputs);
      double[] weight = bench.normal(outputs * inputs);
      double[] bias = bench.normal(outputs);
      Tensor x = bench.input(in, rows, inputs);
      Tensor w = bench.input(weight, outputs, inputs);
      Tensor b = bench.input(bias, outputs);
      double[] plain = ReferenceMatmul.forward(in, weight, null, rows, inputs, outputs);
      double[] biased = ReferenceMatmul.forward(in, weight, bias, rows, inputs, outputs);

      Tensor out = bench.poisoned(rows, outputs);
      ops.matmul(out, x, w);
      bench.assertClose("matmul", Tolerance.MATMUL, plain, out);

      out = bench.poisoned(rows, outputs);
      ops.matmulBias(out, x, w, b);
      bench.assertClose("matmulBias", Tolerance.MATMUL, biased, out);

      double[] before = bench.normal(rows * outputs);
      out = bench.changed(before, rows, outputs);
      ops.matmulBiasAdd(out, x, w, b);
      bench.assertClose("matmulBiasAdd", Tolerance.MATMUL, sum(before, biased), out);

      out = bench.poisoned(rows, outputs);
      Tensor hidden = bench.poisoned(rows, outputs);
      ops.matmulBiasGelu(out, hidden, x, w, b, Activation.GELU);
      bench.assertClose("hidden", Tolerance.MATMUL, biased, hidden);
      bench.assertClose("gelu(hidden)", Tolerance.MATMUL, ReferenceGelu.forward(biased), out);

      double[] dOut = bench.normal(rows * outputs);
      var gradients = ReferenceMatmul.backward(dOut, in, weight, rows, inputs, outputs);
      double[] dWeightBefore = bench.normal(outputs * inputs);
      double[] dBiasBefore = bench.normal(outputs);
      Tensor dIn = bench.poisoned(rows, inputs);
      Tensor dWeight = bench.changedFp32(dWeightBefore, outputs, inputs);
      Tensor dBias = bench.changedFp32(dBiasBefore, outputs);
      ops.matmulBackward(dIn, dWeight, dBias, bench.input(dOut, rows, outputs), x, w);
      bench.assertClose("dIn", Tolerance.MATMUL_BACKWARD, gradients.in(), dIn);
      bench.assertClose(
          "dWeight", Tolerance.MATMUL_BACKWARD, sum(dWeightBefore, gradients.weight()), dWeight);
      bench.assertClose(
          "dBias", Tolerance.MATMUL_BACKWARD, sum(dBiasBefore, gradients.bias()), dBias);
    }
  }

  /** The device may want their rows padded; what is between them is neither read nor written. */
  @ParameterizedTest
  @CsvSource({"1, 9, 41", "5, 32, 64", "19, 40, 697"})
  void logits(int rows, int inputs, int vocabulary) {
    try (Workbench bench = bench(rows)) {
      double[] in = bench.normal(rows * inputs);
      double[] weight = bench.normal(vocabulary * inputs);
      Tensor x = bench.input(in, rows, inputs);
      Tensor w = bench.input(weight, vocabulary, inputs);
      double[] expected = ReferenceMatmul.forward(in, weight, null, rows, inputs, vocabulary);
      Tensor out = bench.logits(new double[rows * vocabulary], rows, vocabulary);
      bench.ops().matmul(out, x, w);
      bench.assertClose("logits", Tolerance.MATMUL, expected, out);
      assertEquals(0, written(bench, out), "written between rows");

      double[] dOut = bench.normal(rows * vocabulary);
      Tensor dLogits = bench.logits(dOut, rows, vocabulary);
      Tensor dIn = bench.poisoned(rows, inputs);
      Tensor dWeight = bench.changedFp32(new double[vocabulary * inputs], vocabulary, inputs);
      bench.ops().matmulBackward(dIn, dWeight, null, dLogits, x, w);
      var gradients = ReferenceMatmul.backward(dOut, in, weight, rows, inputs, vocabulary);
      bench.assertClose("dIn", Tolerance.MATMUL_BACKWARD, gradients.in(), dIn);
      bench.assertClose("dWeight", Tolerance.MATMUL_BACKWARD, gradients.weight(), dWeight);
    }
  }

  /** How many of the numbers behind the first row are no longer NaN. */
  private static long written(Workbench bench, Tensor rows) {
    int gap = rows.stride() - rows.columns();
    if (gap == 0) {
      return 0;
    }
    long bytes = (long) rows.columns() * rows.dtype().bytes();
    Tensor between = Tensor.at(rows.rowsAddress() + bytes, rows.dtype(), gap);
    return Arrays.stream(bench.read(between)).filter(x -> !Double.isNaN(x)).count();
  }

  /** Each of the three gradients alone: the others may be null. */
  @Test
  void backwardOfOneOperand() {
    int rows = 5;
    int inputs = 7;
    int outputs = 3;
    try (Workbench bench = bench(9)) {
      Ops ops = bench.ops();
      double[] in = bench.normal(rows * inputs);
      double[] weight = bench.normal(outputs * inputs);
      double[] dOut = bench.normal(rows * outputs);
      Tensor x = bench.input(in, rows, inputs);
      Tensor w = bench.input(weight, outputs, inputs);
      Tensor d = bench.input(dOut, rows, outputs);
      var gradients = ReferenceMatmul.backward(dOut, in, weight, rows, inputs, outputs);

      Tensor dIn = bench.poisoned(rows, inputs);
      ops.matmulBackward(dIn, null, null, d, x, w);
      bench.assertClose("dIn", Tolerance.MATMUL_BACKWARD, gradients.in(), dIn);

      Tensor dWeight = bench.changedFp32(new double[outputs * inputs], outputs, inputs);
      ops.matmulBackward(null, dWeight, null, d, x, w);
      bench.assertClose("dWeight", Tolerance.MATMUL_BACKWARD, gradients.weight(), dWeight);

      Tensor dBias = bench.changedFp32(new double[outputs], outputs);
      ops.matmulBackward(null, null, dBias, d, x, w);
      bench.assertClose("dBias", Tolerance.MATMUL_BACKWARD, gradients.bias(), dBias);
    }
  }

  @Test
  void notANumberStays() {
    try (Workbench bench = bench(1)) {
      double[] in = bench.normal(2 * 5);
      in[3] = Double.NaN;
      Tensor out = bench.poisoned(2, 3);
      Tensor weight = bench.input(bench.normal(3 * 5), 3, 5);
      bench.ops().matmul(out, bench.input(in, 2, 5), weight);
      double[] values = bench.read(out);
      for (int i = 0; i < 3; i++) {
        assertTrue(Double.isNaN(values[i]), "a NaN vanished");
        assertTrue(Double.isFinite(values[3 + i]), "a NaN reached another row");
      }
    }
  }
}
