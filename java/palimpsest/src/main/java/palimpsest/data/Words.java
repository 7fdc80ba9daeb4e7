package palimpsest.data;

import java.util.function.Consumer;

/**
 * Cuts text into words: runs of ASCII letters and digits, possessive {@code 's}, any other single
 * character that is not white space, and the end token. Written by hand because it is read for
 * every biography of every epoch; {@link #EXPRESSION} says the same, and a test compares the two.
 */
final class Words {
  static final String END_OF_TEXT = "<|endoftext|>";

  /** What a word is, in the file's and Java's regular expressions alike (end token aside). */
  static final String EXPRESSION = "[A-Za-z0-9]+|'s|[^\\sA-Za-z0-9]";

  private Words() {}

  static void split(String text, Consumer<String> words) {
    int end;
    for (int start = 0; start < text.length(); start = end) {
      end = end(text, start);
      if (!isSpace(text.codePointAt(start))) {
        words.accept(text.substring(start, end));
      }
    }
  }

  /** Where the word, or the single space, ends that begins here. */
  private static int end(String text, int start) {
    char first = text.charAt(start);
    if (isLetterOrDigit(first)) {
      int end = start + 1;
      while (end < text.length() && isLetterOrDigit(text.charAt(end))) {
        end++;
      }
      return end;
    }
    if (first == '\'' && text.startsWith("s", start + 1)) {
      return start + 2;
    }
    if (first == '<' && text.startsWith(END_OF_TEXT, start)) {
      return start + END_OF_TEXT.length();
    }
    return start + Character.charCount(text.codePointAt(start));
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /** Unicode's property White_Space. */
  private static boolean isSpace(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || Character.isSpaceChar(c);
  }
}
