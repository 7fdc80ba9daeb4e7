package palimpsest.ops.reference;

import static palimpsest.ops.reference.Close.assertClose;
import static palimpsest.ops.reference.Close.centralDifferences;
import static palimpsest.ops.reference.Norms.dot;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import palimpsest.ops.Activation;
import palimpsest.ops.AttentionShape;

/** Each reference backward is the gradient of its forward, by central differences. */
class ReferenceTest {
  private static final double TOLERANCE = 1e-8;

  private final Random random = new Random(11);

  @Test
  void matmul() {
    int rows = 3;
    int inputs = 5;
    int outputs = 4;
    double[] in = normal(rows * inputs);
    double[] weight = normal(outputs * inputs);
    double[] bias = normal(outputs);
    double[] dOut = normal(rows * outputs);
    var gradients = ReferenceMatmul.backward(dOut, in, weight, rows, inputs, outputs);
    assertClose(
        "dIn",
        TOLERANCE,
        centralDifferences(
            x -> dot(dOut, ReferenceMatmul.forward(x, weight, bias, rows, inputs, outputs)), in),
        gradients.in());
    assertClose(
        "dWeight",
        TOLERANCE,
        centralDifferences(
            x -> dot(dOut, ReferenceMatmul.forward(in, x, bias, rows, inputs, outputs)), weight),
        gradients.weight());
    assertClose(
        "dBias",
        TOLERANCE,
        centralDifferences(
            x -> dot(dOut, ReferenceMatmul.forward(in, weight, x, rows, inputs, outputs)), bias),
        gradients.bias());
  }

  @Test
  void layerNorm() {
    int width = 7;
    double epsilon = 0.1; // large enough to be seen
    double[] in = normal(4 * width);
    double[] weight = normal(width);
    double[] bias = normal(width);
    double[] dOut = normal(4 * width);
    var gradients = ReferenceLayerNorm.backward(dOut, in, weight, epsilon);
    assertClose(
        "dIn",
        TOLERANCE,
        centralDifferences(
            x -> dot(dOut, ReferenceLayerNorm.forward(x, weight, bias, epsilon)), in),
        gradients.in());
    assertClose(
        "dWeight",
        TOLERANCE,
        centralDifferences(
            x -> dot(dOut, ReferenceLayerNorm.forward(in, x, bias, epsilon)), weight),
        gradients.weight());
    assertClose(
        "dBias",
        TOLERANCE,
        centralDifferences(
            x -> dot(dOut, ReferenceLayerNorm.forward(in, weight, x, epsilon)), bias),
        gradients.bias());
  }

  @Test
  void rmsNorm() {
    int width = 7;
    double epsilon = 0.1; // large enough to be seen
    double[] in = normal(4 * width);
    double[] weight = normal(width);
    double[] dOut = normal(4 * width);
    var gradients = ReferenceRmsNorm.backward(dOut, in, weight, epsilon);
    assertClose(
        "dIn",
        TOLERANCE,
        centralDifferences(x -> dot(dOut, ReferenceRmsNorm.forward(x, weight, epsilon)), in),
        gradients.in());
    assertClose(
        "dWeight",
        TOLERANCE,
        centralDifferences(x -> dot(dOut, ReferenceRmsNorm.forward(in, x, epsilon)), weight),
        gradients.weight());
  }

  @ParameterizedTest
  @EnumSource
  void gelu(Activation form) {
    double[] in = {-50, -10.5, -4, -1, -0.1, 0, 0.1, 1, 4, 10.5, 50};
    double[] dOut = normal(in.length);
    assertClose(
        "dIn",
        TOLERANCE,
        centralDifferences(x -> dot(dOut, ReferenceGelu.forward(x, form)), in),
        ReferenceGelu.backward(dOut, in, form));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 2, 2", "2, 5, 2, 4, 2", "1, 4, 3, 6, 6", "2, 3, 1, 3, 0"})
  void attention(int batch, int time, int heads, int headSize, int rotary) {
    AttentionShape shape = new AttentionShape(batch, time, heads, headSize, rotary);
    ReferenceAttention attention =
        new ReferenceAttention(shape, ReferenceAttention.rotations(time, rotary, 10));
    double[] qkv = normal(batch * time * 3 * shape.width());
    double[] dOut = normal(batch * time * shape.width());
    assertClose(
        "dQkv",
        TOLERANCE,
        centralDifferences(x -> dot(dOut, attention.forward(x).out()), qkv),
        attention.backward(dOut, attention.forward(qkv)));
  }

  @Test
  void crossEntropy() {
    int[] targets = {0, 6, 3};
    double[] logits = normal(3 * 7);
    double[] ones = {0.3, 0.3, 0.3};
    assertClose(
        "dLogits",
        TOLERANCE,
        centralDifferences(x -> dot(ones, ReferenceSoftmax.losses(x, targets)), logits),
        ReferenceSoftmax.lossGradient(logits, targets, 0.3));
  }

  private double[] normal(int size) {
    return random.doubles(size).map(ignored -> random.nextGaussian()).toArray();
  }
}
