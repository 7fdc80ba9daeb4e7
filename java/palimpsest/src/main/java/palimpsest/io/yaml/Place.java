package palimpsest.io.yaml;

import palimpsest.base.UserException;
import palimpsest.io.OneLine;

/**
 * Where something was written, to be told when it is wrong.
 *
 * @param source a file's name, or the option it came from
 * @param line from 1; 0 where the source is a single line, such as an option
 * @param column from 1
 */
public record Place(String source, int line, int column) {
  /** The place of something that has no lines, such as an option. */
  public static Place of(String source) {
    return new Place(source, 0, 0);
  }

  /** One line: the place, then what is wrong there. */
  public UserException problem(String what) {
    return new UserException(this + ": " + OneLine.of(what));
  }

  /** One line: the place, the key, then what is wrong with it. */
  public UserException problem(String key, String what) {
    return problem(key + ": " + what);
  }

  @Override
  public String toString() {
    String name = OneLine.of(source);
    return line == 0 ? name : "%s:%d:%d".formatted(name, line, column);
  }
}
