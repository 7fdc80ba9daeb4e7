package palimpsest.ops.check;

import static palimpsest.ops.reference.Norms.sum;

import java.util.List;
import palimpsest.ops.Tensor;
import palimpsest.ops.reference.ReferenceLayerNorm;
import palimpsest.ops.reference.ReferenceRmsNorm;
import palimpsest.ops.reference.Tolerance;

/** Layer norms, alone and as the pair of a parallel residual, and RMS norms. */
final class LayerNormChecks {
  static final String FAMILY = "layernorm";

  private static final float EPSILON = 1e-5f;

  private LayerNormChecks() {}

  static List<Check> all() {
    return Shapes.ROWS.stream()
        .map(shape -> Check.of(FAMILY, shape.toString(), trial -> check(trial, shape)))
        .toList();
  }

  private static void check(Trial trial, Shapes.Rows shape) {
    double[] in = trial.normal(shape.rows() * shape.width());
    pair(trial, shape, in);
    forwardAndBackward(trial, shape, in);
    rms(trial, shape, in);
  }

  private static void rms(Trial trial, Shapes.Rows shape, double[] in) {
    int rows = shape.rows();
    int width = shape.width();
    double[] weight = trial.normal(width);
    Tensor x = trial.input(in, rows, width);
    Tensor w = trial.input(weight, width);
    Tensor rstd = trial.poisonedFp32(rows);
    Tensor out = trial.poisoned(rows, width);
    trial.ops().rmsNormForward(out, rstd, x, w, EPSILON);
    double[] expected = ReferenceRmsNorm.forward(in, weight, EPSILON);
    trial.compare("rmsNormForward", Tolerance.LAYER_NORM, expected, out);
    double[] inverse = ReferenceRmsNorm.inverseNorms(in, width, EPSILON);
    trial.compare("rmsNormForward rstd", Tolerance.LAYER_NORM, inverse, rstd);

    double[] dOut = trial.normal(rows * width);
    double[] dInBefore = trial.normal(rows * width);
    double[] dWeightBefore = trial.normal(width);
    Tensor dIn = trial.changed(dInBefore, rows, width);
    Tensor dWeight = trial.changedFp32(dWeightBefore, width);
    trial.ops().rmsNormBackward(dIn, dWeight, trial.input(dOut, rows, width), x, w, rstd);
    var gradients = ReferenceRmsNorm.backward(dOut, in, weight, EPSILON);
    Tolerance backward = Tolerance.LAYER_NORM_BACKWARD;
    trial.compare("rmsNormBackward dIn", backward, sum(dInBefore, gradients.in()), dIn);
    double[] dWeights = sum(dWeightBefore, gradients.weight());
    trial.compare("rmsNormBackward dWeight", backward, dWeights, dWeight);
  }

  private static void forwardAndBackward(Trial trial, Shapes.Rows shape, double[] in) {
    int rows = shape.rows();
    int width = shape.width();
    double[] weight = trial.normal(width);
    double[] bias = trial.normal(width);
    Tensor x = trial.input(in, rows, width);
    Tensor w = trial.input(weight, width);
    Tensor mean = trial.poisonedFp32(rows);
    Tensor rstd = trial.poisonedFp32(rows);
    Tensor out = trial.poisoned(rows, width);
    trial.ops().layerNormForward(out, mean, rstd, x, w, trial.input(bias, width), EPSILON);
    double[] expected = ReferenceLayerNorm.forward(in, weight, bias, EPSILON);
    Tolerance tolerance = Tolerance.LAYER_NORM;
    trial.compare("layerNormForward", tolerance, expected, out);
    double[] means = ReferenceLayerNorm.means(in, width);
    trial.compare("layerNormForward mean", tolerance, means, mean);
    double[] inverse = ReferenceLayerNorm.inverseDeviations(in, width, EPSILON);
    trial.compare("layerNormForward rstd", tolerance, inverse, rstd);

    double[] dOut = trial.normal(rows * width);
    double[] dInBefore = trial.normal(rows * width);
    double[] dWeightBefore = trial.normal(width);
    double[] dBiasBefore = trial.normal(width);
    Tensor dIn = trial.changed(dInBefore, rows, width);
    Tensor dWeight = trial.changedFp32(dWeightBefore, width);
    Tensor dBias = trial.changedFp32(dBiasBefore, width);
    Tensor d = trial.input(dOut, rows, width);
    trial.ops().layerNormBackward(dIn, dWeight, dBias, d, x, w, mean, rstd);
    var gradients = ReferenceLayerNorm.backward(dOut, in, weight, EPSILON);
    Tolerance backward = Tolerance.LAYER_NORM_BACKWARD;
    trial.compare("layerNormBackward dIn", backward, sum(dInBefore, gradients.in()), dIn);
    double[] dWeights = sum(dWeightBefore, gradients.weight());
    trial.compare("layerNormBackward dWeight", backward, dWeights, dWeight);
    double[] dBiases = sum(dBiasBefore, gradients.bias());
    trial.compare("layerNormBackward dBias", backward, dBiases, dBias);
  }

  private static void pair(Trial trial, Shapes.Rows shape, double[] in) {
    int rows = shape.rows();
    int width = shape.width();
    double[] weight1 = trial.normal(width);
    double[] bias1 = trial.normal(width);
    double[] weight2 = trial.normal(width);
    double[] bias2 = trial.normal(width);
    Tensor out1 = trial.poisoned(rows, width);
    Tensor out2 = trial.poisoned(rows, width);
    Tensor mean = trial.poisonedFp32(rows);
    Tensor rstd = trial.poisonedFp32(rows);
    Tensor x = trial.input(in, rows, width);
    Tensor w1 = trial.input(weight1, width);
    Tensor w2 = trial.input(weight2, width);
    trial
        .ops()
        .layerNormPairForward(
            out1,
            out2,
            mean,
            rstd,
            x,
            w1,
            trial.input(bias1, width),
            w2,
            trial.input(bias2, width),
            EPSILON);
    Tolerance tolerance = Tolerance.LAYER_NORM;
    double[] first = ReferenceLayerNorm.forward(in, weight1, bias1, EPSILON);
    trial.compare("layerNormPairForward out1", tolerance, first, out1);
    double[] second = ReferenceLayerNorm.forward(in, weight2, bias2, EPSILON);
    trial.compare("layerNormPairForward out2", tolerance, second, out2);
    pairBackward(trial, in, weight1, weight2, x, w1, w2, mean, rstd);
  }

  private static void pairBackward(
      Trial trial,
      double[] in,
      double[] weight1,
      double[] weight2,
      Tensor x,
      Tensor w1,
      Tensor w2,
      Tensor mean,
      Tensor rstd) {
    int rows = x.rows();
    int width = x.columns();
    double[] dOut1 = trial.normal(in.length);
    double[] dOut2 = trial.normal(in.length);
    double[] before = trial.normal(in.length);
    Tensor dIn = trial.changed(before, rows, width);
    Tensor dWeight1 = trial.changedFp32(new double[width], width);
    Tensor dBias1 = trial.changedFp32(new double[width], width);
    Tensor dWeight2 = trial.changedFp32(new double[width], width);
    Tensor dBias2 = trial.changedFp32(new double[width], width);
    Tensor d1 = trial.input(dOut1, rows, width);
    Tensor d2 = trial.input(dOut2, rows, width);
    trial
        .ops()
        .layerNormPairBackward(
            dIn, dWeight1, dBias1, dWeight2, dBias2, d1, d2, x, w1, w2, mean, rstd);
    var first = ReferenceLayerNorm.backward(dOut1, in, weight1, EPSILON);
    var second = ReferenceLayerNorm.backward(dOut2, in, weight2, EPSILON);
    Tolerance tolerance = Tolerance.LAYER_NORM_BACKWARD;
    double[] expected = sum(before, sum(first.in(), second.in()));
    trial.compare("layerNormPairBackward dIn", tolerance, expected, dIn);
    trial.compare("layerNormPairBackward dWeight1", tolerance, first.weight(), dWeight1);
    trial.compare("layerNormPairBackward dBias1", tolerance, first.bias(), dBias1);
    trial.compare("layerNormPairBackward dWeight2", tolerance, second.weight(), dWeight2);
    trial.compare("layerNormPairBackward dBias2", tolerance, second.bias(), dBias2);
  }
}
