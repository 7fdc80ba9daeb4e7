package palimpsest.ops.check;

import java.util.function.Consumer;

/**
 * An operation, or the forward and backward of one, at one shape.
 *
 * @param family as its kernel file is called
 * @param shape in the alphabet of {@link palimpsest.ops}: {@code B=1 T=7 C=33}
 * @param kernels whether it launches kernels itself, which only a CUDA device has
 * @param body computes it on the bench and compares
 */
record Check(String family, String shape, boolean kernels, Consumer<Trial> body) {
  /** A check that every device can take. */
  static Check of(String family, String shape, Consumer<Trial> body) {
    return new Check(family, shape, false, body);
  }

  /** A check of kernels that no operation launches. */
  static Check ofKernels(String family, String shape, Consumer<Trial> body) {
    return new Check(family, shape, true, body);
  }
}
