package palimpsest.io;

/** Text from files and users as it can stand within a message. */
public final class OneLine {
  private static final int LONGEST_QUOTE = 60;
  private static final int LONGEST_SENTENCE = 300;

  private OneLine() {}

  /**
   * With control characters, line ends and what turns the direction of writing around written as
   * escapes: a terminal shows it as it is.
   */
  public static String of(String text) {
    StringBuilder printable = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (isUnprintable(c)) {
                printable.append("\\u%04x".formatted(c));
              } else {
                printable.appendCodePoint(c);
              }
            });
    return printable.toString();
  }

  /** Likewise, and the long cut short. */
  public static String quote(String text) {
    return cut(text, LONGEST_QUOTE);
  }

  /** Likewise, for a library's sentence that may quote a whole file. */
  static String brief(String text) {
    return cut(text, LONGEST_SENTENCE);
  }

  private static String cut(String text, int longest) {
    String shown = of(start(text, longest));
    String start = start(shown, longest); // an escape is six times as long as what it stands for
    boolean whole = start.length() == shown.length() && start(text, longest).equals(text);
    return whole ? shown : start + "…";
  }

  private static String start(String text, int longest) {
    int length = text.codePointCount(0, text.length());
    return length <= longest ? text : text.substring(0, text.offsetByCodePoints(0, longest));
  }

  private static boolean isUnprintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
