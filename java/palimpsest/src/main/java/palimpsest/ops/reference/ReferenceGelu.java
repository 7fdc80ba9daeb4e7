package palimpsest.ops.reference;

import java.util.Arrays;
import org.apache.commons.numbers.gamma.Erfc;

/** {@code gelu(x) = x Φ(x)} with the exact Φ. */
public final class ReferenceGelu {
  private ReferenceGelu() {}

  public static double value(double x) {
    return x * cdf(x);
  }

  /** {@code Φ(x) + x φ(x)}. */
  public static double derivative(double x) {
    return cdf(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  public static double[] forward(double[] in) {
    return Arrays.stream(in).map(ReferenceGelu::value).toArray();
  }

  public static double[] backward(double[] dOut, double[] in) {
    double[] dIn = new double[in.length];
    for (int i = 0; i < in.length; i++) {
      dIn[i] = dOut[i] * derivative(in[i]);
    }
    return dIn;
  }

  private static double cdf(double x) {
    return Erfc.value(-x / Math.sqrt(2)) / 2;
  }
}
