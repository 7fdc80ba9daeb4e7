package palimpsest.ops.cpu;

/**
 * eˣ in fp32 as Cephes' {@code expf} has it, within 2 units in the last place: range reduction by
 * ln 2 in two parts, then a polynomial. The argument is clamped to [−87.33, 88.02], so that nothing
 * overflows to infinity; a NaN stays one. Loops over vectors write the same operations out, so that
 * their results are the same to the bit.
 */
final class Exponential {
  static final float LARGEST = 88.02f;
  static final float SMALLEST = -87.33f;
  static final float LOG2_E = 1.44269504088896341f;
  static final float LN2_HIGH = 0.693359375f;
  static final float LN2_LOW = -2.12194440e-4f;
  static final float P0 = 5.0000001201e-1f;
  static final float P1 = 1.6666665459e-1f;
  static final float P2 = 4.1665795894e-2f;
  static final float P3 = 8.3334519073e-3f;
  static final float P4 = 1.3981999507e-3f;
  static final float P5 = 1.9875691500e-4f;

  /** 1.5 · 2^23: adding it leaves the nearest integer, in the low bits of the sum as well. */
  static final float ROUND = 12582912f;

  private Exponential() {}

  static float of(float x) {
    float clamped = Math.max(Math.min(x, LARGEST), SMALLEST);
    float shifted = clamped * LOG2_E + ROUND;
    float n = shifted - ROUND;
    float r = clamped - n * LN2_HIGH - n * LN2_LOW;
    float p = r * P5 + P4;
    p = Math.fma(p, r, P3);
    p = Math.fma(p, r, P2);
    p = Math.fma(p, r, P1);
    p = Math.fma(p, r, P0);
    float power = Float.intBitsToFloat((Float.floatToRawIntBits(shifted) + 127) << 23);
    return (Math.fma(p, r * r, r) + 1) * power;
  }
}
