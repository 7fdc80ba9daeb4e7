package palimpsest.ops.check;

import java.util.Locale;
import palimpsest.ops.DType;

/**
 * How far one output of an operation is from its reference.
 *
 * @param operation as {@link palimpsest.ops.Ops} calls it, and the output where it has several
 * @param dtype what the device computes in
 * @param error {@code ‖out − reference‖ / ‖reference‖}; of integers, how many differ
 * @param tolerance what the error may be
 */
public record Finding(
    String family, String operation, String shape, DType dtype, double error, double tolerance) {
  /** A NaN is wrong, too. */
  public boolean ok() {
    return error <= tolerance;
  }

  String verdict() {
    return ok() ? "ok" : "WRONG";
  }

  String dtypeName() {
    return dtype.name().toLowerCase(Locale.ROOT);
  }
}
