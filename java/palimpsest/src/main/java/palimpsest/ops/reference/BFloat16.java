package palimpsest.ops.reference;

import java.util.Arrays;

/** bfloat16: an fp32 without its lower 16 bits. */
public final class BFloat16 {
  private BFloat16() {}

  /** Each to the nearest that there is, of two equally near to the even one. */
  public static double[] rounded(double[] values) {
    return Arrays.stream(values).map(BFloat16::rounded).toArray();
  }

  /** By way of fp32, as a device goes. */
  public static double rounded(double value) {
    if (Double.isNaN(value)) {
      return value;
    }
    int bits = Float.floatToRawIntBits((float) value);
    int even = bits >>> 16 & 1;
    return Float.intBitsToFloat(bits + 0x7fff + even & 0xffff0000);
  }
}
