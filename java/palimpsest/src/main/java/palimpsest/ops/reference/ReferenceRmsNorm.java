package palimpsest.ops.reference;

/** {@code out = in / √(mean(in²) + ε) · weight} for each row of {@code [N, C]}. */
public final class ReferenceRmsNorm {
  private ReferenceRmsNorm() {}

  /** The gradients of the two operands. */
  public record Gradients(double[] in, double[] weight) {}

  /** {@code 1 / √(mean(in²) + ε)} of each row. */
  public static double[] inverseNorms(double[] in, int width, double epsilon) {
    double[] inverse = new double[in.length / width];
    for (int n = 0; n < inverse.length; n++) {
      double squares = 0;
      for (int c = 0; c < width; c++) {
        squares += in[n * width + c] * in[n * width + c];
      }
      inverse[n] = 1 / Math.sqrt(squares / width + epsilon);
    }
    return inverse;
  }

  public static double[] forward(double[] in, double[] weight, double epsilon) {
    int width = weight.length;
    double[] inverse = inverseNorms(in, width, epsilon);
    double[] out = new double[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = in[i] * inverse[i / width] * weight[i % width];
    }
    return out;
  }

  /** {@code dIn = g / rms − in · Σ(g · in) / (C rms³)} with {@code g = dOut · weight}. */
  public static Gradients backward(double[] dOut, double[] in, double[] weight, double epsilon) {
    int width = weight.length;
    double[] inverse = inverseNorms(in, width, epsilon);
    double[] dIn = new double[in.length];
    double[] dWeight = new double[width];
    for (int n = 0; n < inverse.length; n++) {
      double along = 0;
      for (int c = 0; c < width; c++) {
        int i = n * width + c;
        dWeight[c] += dOut[i] * in[i] * inverse[n];
        along += dOut[i] * weight[c] * in[i];
      }
      for (int c = 0; c < width; c++) {
        int i = n * width + c;
        dIn[i] = dOut[i] * weight[c] * inverse[n] - in[i] * along * Math.pow(inverse[n], 3) / width;
      }
    }
    return new Gradients(dIn, dWeight);
  }
}
