package palimpsest.io.yaml;

import palimpsest.base.UserException;

/**
 * Where something was written, to be told when it is wrong.
 *
 * @param source a file's name, or the option it came from
 * @param line from 1; 0 where the source is a single line, such as an option
 * @param column from 1
 */
public record Place(String source, int line, int column) {
  private static final int LONGEST_QUOTE = 60;

  /** The place of something that has no lines, such as an option. */
  public static Place of(String source) {
    return new Place(source, 0, 0);
  }

  /** One line: the place, then what is wrong there. */
  public UserException problem(String what) {
    return new UserException(this + ": " + printable(what));
  }

  /** One line: the place, the key, then what is wrong with it. */
  public UserException problem(String key, String what) {
    return problem(key + ": " + what);
  }

  @Override
  public String toString() {
    String name = shown(source);
    return line == 0 ? name : "%s:%d:%d".formatted(name, line, column);
  }

  /** Somebody's text as it can stand within a line: printable, the long cut short. */
  public static String shown(String text) {
    int length = text.codePointCount(0, text.length());
    return length <= LONGEST_QUOTE
        ? printable(text)
        : printable(text.substring(0, text.offsetByCodePoints(0, LONGEST_QUOTE))) + "…";
  }

  /** With control characters and line ends written as escapes. */
  private static String printable(String text) {
    StringBuilder printable = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029) {
                printable.append("\\u%04x".formatted(c));
              } else {
                printable.appendCodePoint(c);
              }
            });
    return printable.toString();
  }
}
