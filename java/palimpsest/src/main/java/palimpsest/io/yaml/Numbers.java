package palimpsest.io.yaml;

import java.math.BigDecimal;

/** Numbers as people write them. */
final class Numbers {
  private Numbers() {}

  /** The shortest text that reads back as the same number: 128, 0.25, 1e-6 rather than 1.0E-6. */
  static String text(double value) {
    BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    double size = Math.abs(value);
    if (value == 0 || size >= 1e-4 && size < 1e12) {
      return exact.toPlainString();
    }
    int exponent = exact.precision() - exact.scale() - 1;
    String mantissa = exact.scaleByPowerOfTen(-exponent).toPlainString();
    // With a point and a sign it is a number for readers of YAML 1.1 too.
    return "%s%se%+d".formatted(mantissa, mantissa.contains(".") ? "" : ".0", exponent);
  }
}
