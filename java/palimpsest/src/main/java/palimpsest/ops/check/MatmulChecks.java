package palimpsest.ops.check;

import static palimpsest.ops.reference.Norms.sum;

import java.util.List;
import palimpsest.ops.Activation;
import palimpsest.ops.Ops;
import palimpsest.ops.Tensor;
import palimpsest.ops.reference.ReferenceGelu;
import palimpsest.ops.reference.ReferenceMatmul;
import palimpsest.ops.reference.Tolerance;

/** Products with weights, and what is fused behind them. */
final class MatmulChecks {
  static final String FAMILY = "matmul";

  private MatmulChecks() {}

  static List<Check> all() {
    return Shapes.PRODUCTS.stream()
        .map(shape -> Check.of(FAMILY, shape.toString(), trial -> check(trial, shape)))
        .toList();
  }

  private static void check(Trial trial, Shapes.Product shape) {
    double[] in = trial.normal(shape.rows() * shape.inputs());
    double[] weight = trial.normal(shape.outputs() * shape.inputs());
    Tensor x = trial.input(in, shape.rows(), shape.inputs());
    Tensor w = trial.input(weight, shape.outputs(), shape.inputs());
    forward(trial, shape, in, weight, x, w);
    backward(trial, shape, in, weight, x, w);
  }

  private static void forward(
      Trial trial, Shapes.Product shape, double[] in, double[] weight, Tensor x, Tensor w) {
    Ops ops = trial.ops();
    int rows = shape.rows();
    int inputs = shape.inputs();
    int outputs = shape.outputs();
    double[] bias = trial.normal(outputs);
    Tensor b = trial.input(bias, outputs);
    double[] plain = ReferenceMatmul.forward(in, weight, null, rows, inputs, outputs);
    double[] biased = ReferenceMatmul.forward(in, weight, bias, rows, inputs, outputs);

    Tensor out = trial.poisoned(rows, outputs);
    ops.matmul(out, x, w);
    trial.compare("matmul", Tolerance.MATMUL, plain, out);

    out = trial.poisoned(rows, outputs);
    ops.matmulBias(out, x, w, b);
    trial.compare("matmulBias", Tolerance.MATMUL, biased, out);

    double[] before = trial.normal(rows * outputs);
    out = trial.changed(before, rows, outputs);
    ops.matmulBiasAdd(out, x, w, b);
    trial.compare("matmulBiasAdd", Tolerance.MATMUL, sum(before, biased), out);

    out = trial.poisoned(rows, outputs);
    Tensor hidden = trial.poisoned(rows, outputs);
    ops.matmulBiasGelu(out, hidden, x, w, b, Activation.GELU);
    trial.compare("matmulBiasGelu hidden", Tolerance.MATMUL, biased, hidden);
    // hidden is an output of its own, rounded to its dtype before gelu is taken of it.
    double[] ofStored = ReferenceGelu.forward(trial.exact(biased));
    double[] expected = ReferenceGelu.forward(biased);
    trial.compare("matmulBiasGelu", Tolerance.MATMUL, expected, ofStored, out);
  }

  private static void backward(
      Trial trial, Shapes.Product shape, double[] in, double[] weight, Tensor x, Tensor w) {
    int rows = shape.rows();
    int inputs = shape.inputs();
    int outputs = shape.outputs();
    double[] dOut = trial.normal(rows * outputs);
    double[] dWeightBefore = trial.normal(outputs * inputs);
    double[] dBiasBefore = trial.normal(outputs);
    Tensor dIn = trial.poisoned(rows, inputs);
    Tensor dWeight = trial.changedFp32(dWeightBefore, outputs, inputs);
    Tensor dBias = trial.changedFp32(dBiasBefore, outputs);
    Tensor d = trial.input(dOut, rows, outputs);
    trial.ops().matmulBackward(dIn, dWeight, dBias, d, x, w);
    var gradients = ReferenceMatmul.backward(dOut, in, weight, rows, inputs, outputs);
    Tolerance tolerance = Tolerance.MATMUL_BACKWARD;
    trial.compare("matmulBackward dIn", tolerance, gradients.in(), dIn);
    double[] dWeights = sum(dWeightBefore, gradients.weight());
    trial.compare("matmulBackward dWeight", tolerance, dWeights, dWeight);
    double[] dBiases = sum(dBiasBefore, gradients.bias());
    trial.compare("matmulBackward dBias", tolerance, dBiases, dBias);
  }
}
