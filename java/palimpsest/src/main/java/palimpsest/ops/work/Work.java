package palimpsest.ops.work;

/**
 * The least that has to be done.
 *
 * @param bytes read and written, each once
 * @param flops floating-point operations, a multiply-add being two
 * @param exponentials that no algorithm can do without: those of a softmax
 */
public record Work(double bytes, double flops, double exponentials) {
  public static final Work NONE = new Work(0, 0, 0);

  /** Without exponentials. */
  public Work(double bytes, double flops) {
    this(bytes, flops, 0);
  }

  /** One after the other. */
  public Work plus(Work other) {
    return new Work(bytes + other.bytes, flops + other.flops, exponentials + other.exponentials);
  }

  /** The arithmetic intensity, in FLOPs a byte. */
  public double intensity() {
    return flops / bytes;
  }

  /** The least time, in seconds: {@code max(bytes / bandwidth, flops / rate, exp / rate)}. */
  public double floor(Ceilings on) {
    return Math.max(memoryFloor(on), Math.max(arithmeticFloor(on), exponentialFloor(on)));
  }

  /** Which of the three the floor is. */
  public Bound bound(Ceilings on) {
    double floor = floor(on);
    if (floor == memoryFloor(on)) {
      return Bound.MEMORY;
    }
    return floor == arithmeticFloor(on) ? Bound.ARITHMETIC : Bound.EXPONENTIALS;
  }

  private double memoryFloor(Ceilings on) {
    return bytes / on.bytesPerSecond();
  }

  private double arithmeticFloor(Ceilings on) {
    return flops / on.flopsPerSecond();
  }

  private double exponentialFloor(Ceilings on) {
    return exponentials == 0 ? 0 : exponentials / on.exponentialsPerSecond();
  }

  /** What keeps an operation from being faster. */
  public enum Bound {
    MEMORY,
    ARITHMETIC,
    EXPONENTIALS
  }
}
