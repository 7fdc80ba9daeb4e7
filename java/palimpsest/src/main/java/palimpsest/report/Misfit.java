package palimpsest.report;

import java.nio.file.Path;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import palimpsest.base.UserException;

/**
 * Files that are sound one field at a time and nonsense as a whole: lists of different lengths, a
 * task that there is not. The first computation that meets it is where it is found.
 */
final class Misfit {
  private Misfit() {}

  /**
   * Computes something of a file's numbers.
   *
   * @throws UserException naming the file, where they do not fit together
   */
  static <T> T in(Path file, Supplier<T> work) {
    try {
      return work.get();
    } catch (IndexOutOfBoundsException
        | NullPointerException
        | IllegalArgumentException
        | NegativeArraySizeException
        | NoSuchElementException
        | ArithmeticException contradiction) {
      throw new UserException(
          "%s: what it holds does not fit together (--debug shows where)".formatted(file),
          contradiction);
    }
  }
}
