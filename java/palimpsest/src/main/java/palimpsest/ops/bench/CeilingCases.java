package palimpsest.ops.bench;

import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.Tensor;
import palimpsest.ops.cpu.ExponentialRate;
import palimpsest.ops.work.Ceilings;

/** What a device does at most, measured like any operation: a copy, a product, exponentials. */
final class CeilingCases {
  static final String FAMILY = "ceiling";

  /** Times through the exponentials' array in a call. */
  private static final int EXPONENTIAL_TIMES = 10;

  /**
   * Times after which the loop is compiled, or about to be: interpreted it is a thousandth as fast.
   */
  private static final int COMPILED_AFTER = 1500;

  private final long copied;
  private final int side;
  private final boolean exponentials;

  private CeilingCases(long copied, int side, boolean exponentials) {
    this.copied = copied;
    this.side = side;
    this.exponentials = exponentials;
  }

  /**
   * Products of a processor are small enough that some of them are not interrupted. The simulator
   * gets sizes that it is done with: its speed is of no interest.
   */
  static CeilingCases of(Device device) {
    return switch (device.kind()) {
      case "cpu" -> new CeilingCases(2 * device.cacheBytes() / Float.BYTES, 512, true);
      case "sim" -> new CeilingCases(1 << 12, 32, false);
      default -> new CeilingCases(4 * device.cacheBytes() / Float.BYTES, 8192, false);
    };
  }

  /** From memory to memory, larger than any cache. */
  BenchCase copy() {
    return new BenchCase(
        FAMILY,
        "copy",
        "",
        0,
        b -> {
          Tensor out = b.roomFp32(copied);
          Tensor in = b.normalFp32(copied);
          return Call.of(ops -> ops.copy(out, in));
        });
  }

  /** A square product in the compute type. */
  BenchCase product() {
    return new BenchCase(
        FAMILY,
        "matmul",
        "",
        0,
        b -> {
          Tensor out = b.room(side, side);
          Tensor in = b.normal(side, side);
          Tensor weight = b.normal(side, side);
          return Call.of(ops -> ops.matmul(out, in, weight));
        });
  }

  boolean hasExponentials() {
    return exponentials;
  }

  /** On the CPU. */
  BenchCase exponential() {
    ExponentialRate rate = new ExponentialRate();
    rate.run(COMPILED_AFTER);
    return new BenchCase(
        FAMILY, "exponentials", "", 0, _ -> Call.of(_ -> rate.run(EXPONENTIAL_TIMES)));
  }

  /**
   * From the best samples: a ceiling is what the machine can do, whatever else it was doing.
   *
   * @param exponential null where it was not measured
   */
  Ceilings from(Figure copy, Figure product, Figure exponential) {
    double moved = 2.0 * DType.FP32.bytes() * copied;
    double flops = 2.0 * side * side * side;
    double taken = (double) EXPONENTIAL_TIMES * ExponentialRate.ELEMENTS;
    return new Ceilings(
        "measured",
        moved / copy.min(),
        flops / product.min(),
        exponential == null ? Double.POSITIVE_INFINITY : taken / exponential.min());
  }
}
