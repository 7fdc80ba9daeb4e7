package palimpsest.ops.reference;

import java.util.Arrays;
import org.apache.commons.numbers.gamma.Erfc;
import palimpsest.ops.Activation;

/** Both forms of GELU; the exact one is {@code gelu(x) = x Φ(x)}. */
public final class ReferenceGelu {
  private static final double CUBE = 0.044715;

  private ReferenceGelu() {}

  public static double value(double x) {
    return value(x, Activation.GELU);
  }

  public static double value(double x, Activation form) {
    return switch (form) {
      case GELU -> x * cdf(x);
      case GELU_TANH -> x * (1 + Math.tanh(inner(x))) / 2;
    };
  }

  public static double derivative(double x) {
    return derivative(x, Activation.GELU);
  }

  /** {@code Φ(x) + x φ(x)}, and {@code (1 + tanh u)/2 + x u′ / (2 cosh² u)}. */
  public static double derivative(double x, Activation form) {
    return switch (form) {
      case GELU -> cdf(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
      case GELU_TANH -> (1 + Math.tanh(inner(x))) / 2 + tanhSlope(x);
    };
  }

  public static double[] forward(double[] in) {
    return forward(in, Activation.GELU);
  }

  public static double[] forward(double[] in, Activation form) {
    return Arrays.stream(in).map(x -> value(x, form)).toArray();
  }

  public static double[] backward(double[] dOut, double[] in) {
    return backward(dOut, in, Activation.GELU);
  }

  public static double[] backward(double[] dOut, double[] in, Activation form) {
    double[] dIn = new double[in.length];
    for (int i = 0; i < in.length; i++) {
      dIn[i] = dOut[i] * derivative(in[i], form);
    }
    return dIn;
  }

  private static double cdf(double x) {
    return Erfc.value(-x / Math.sqrt(2)) / 2;
  }

  /** {@code u = √(2/π) (x + 0.044715 x³)}. */
  private static double inner(double x) {
    return Math.sqrt(2 / Math.PI) * (x + CUBE * x * x * x);
  }

  /** {@code x u′ / (2 cosh² u)}; far out it is 0, where cosh overflows before x u′ does. */
  private static double tanhSlope(double x) {
    double root = 1 / Math.cosh(inner(x));
    return root == 0 ? 0 : x * root * root * Math.sqrt(2 / Math.PI) * (1 + 3 * CUBE * x * x) / 2;
  }
}
