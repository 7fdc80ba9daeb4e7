package palimpsest.ops.reference;

/** {@code out = (in − mean) / √(variance + ε) · weight + bias} for each row of {@code [N, C]}. */
public final class ReferenceLayerNorm {
  private ReferenceLayerNorm() {}

  /** The gradients of the three operands. */
  public record Gradients(double[] in, double[] weight, double[] bias) {}

  public static double[] means(double[] in, int width) {
    double[] means = new double[in.length / width];
    for (int i = 0; i < in.length; i++) {
      means[i / width] += in[i] / width;
    }
    return means;
  }

  /** {@code 1 / √(variance + ε)} of each row. */
  public static double[] inverseDeviations(double[] in, int width, double epsilon) {
    double[] means = means(in, width);
    double[] variances = new double[means.length];
    for (int i = 0; i < in.length; i++) {
      double distance = in[i] - means[i / width];
      variances[i / width] += distance * distance / width;
    }
    double[] inverse = new double[means.length];
    for (int n = 0; n < means.length; n++) {
      inverse[n] = 1 / Math.sqrt(variances[n] + epsilon);
    }
    return inverse;
  }

  public static double[] forward(double[] in, double[] weight, double[] bias, double epsilon) {
    int width = weight.length;
    double[] out = normal(in, width, epsilon);
    for (int i = 0; i < in.length; i++) {
      out[i] = out[i] * weight[i % width] + bias[i % width];
    }
    return out;
  }

  public static Gradients backward(double[] dOut, double[] in, double[] weight, double epsilon) {
    int width = weight.length;
    double[] normal = normal(in, width, epsilon);
    double[] inverse = inverseDeviations(in, width, epsilon);
    double[] dIn = new double[in.length];
    double[] dWeight = new double[width];
    double[] dBias = new double[width];
    for (int n = 0; n < in.length / width; n++) {
      double mean = 0;
      double meanWithNormal = 0;
      for (int c = 0; c < width; c++) {
        int i = n * width + c;
        dWeight[c] += dOut[i] * normal[i];
        dBias[c] += dOut[i];
        mean += dOut[i] * weight[c] / width;
        meanWithNormal += dOut[i] * weight[c] * normal[i] / width;
      }
      for (int c = 0; c < width; c++) {
        int i = n * width + c;
        dIn[i] = inverse[n] * (dOut[i] * weight[c] - mean - normal[i] * meanWithNormal);
      }
    }
    return new Gradients(dIn, dWeight, dBias);
  }

  private static double[] normal(double[] in, int width, double epsilon) {
    double[] means = means(in, width);
    double[] inverse = inverseDeviations(in, width, epsilon);
    double[] normal = new double[in.length];
    for (int i = 0; i < in.length; i++) {
      normal[i] = (in[i] - means[i / width]) * inverse[i / width];
    }
    return normal;
  }
}
