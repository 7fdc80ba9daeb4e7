package palimpsest.io;

/** Text from files and users as it can stand within a message. */
public final class OneLine {
  private static final int LONGEST_QUOTE = 60;

  private OneLine() {}

  /** With control characters and line ends written as escapes. */
  public static String of(String text) {
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

  /** Likewise, and the long cut short. */
  public static String quote(String text) {
    int length = text.codePointCount(0, text.length());
    return length <= LONGEST_QUOTE
        ? of(text)
        : of(text.substring(0, text.offsetByCodePoints(0, LONGEST_QUOTE))) + "…";
  }
}
