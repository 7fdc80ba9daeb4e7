package palimpsest.ops.reference;

/** {@code out = in · weightᵀ + bias} with in {@code [N, I]}, weight {@code [O, I]}. */
public final class ReferenceMatmul {
  private ReferenceMatmul() {}

  /** The gradients of the three operands. */
  public record Gradients(double[] in, double[] weight, double[] bias) {}

  /**
   * @param bias {@code [O]}, or null for none
   */
  public static double[] forward(
      double[] in, double[] weight, double[] bias, int rows, int inputs, int outputs) {
    double[] out = new double[rows * outputs];
    for (int n = 0; n < rows; n++) {
      for (int o = 0; o < outputs; o++) {
        double sum = bias == null ? 0 : bias[o];
        for (int i = 0; i < inputs; i++) {
          sum += in[n * inputs + i] * weight[o * inputs + i];
        }
        out[n * outputs + o] = sum;
      }
    }
    return out;
  }

  public static Gradients backward(
      double[] dOut, double[] in, double[] weight, int rows, int inputs, int outputs) {
    double[] dIn = new double[rows * inputs];
    double[] dWeight = new double[outputs * inputs];
    double[] dBias = new double[outputs];
    for (int n = 0; n < rows; n++) {
      for (int o = 0; o < outputs; o++) {
        double d = dOut[n * outputs + o];
        dBias[o] += d;
        for (int i = 0; i < inputs; i++) {
          dIn[n * inputs + i] += d * weight[o * inputs + i];
          dWeight[o * inputs + i] += d * in[n * inputs + i];
        }
      }
    }
    return new Gradients(dIn, dWeight, dBias);
  }
}
