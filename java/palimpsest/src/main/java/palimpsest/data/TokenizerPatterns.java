package palimpsest.data;

import palimpsest.base.UserException;
import palimpsest.io.OneLine;
import tools.jackson.databind.JsonNode;

/**
 * The regular expressions of a {@code tokenizer.json}. Hugging Face's library searches by
 * backtracking and ends the whole process where a search takes ten million steps, so that <code>
 * (a+)+$</code> in a file from elsewhere would be the end of any run. Only expressions that cannot
 * take so many are handed over: no group is repeated, none refers to another, and each alternative
 * has few parts of any length. Those of published tokenizers are such.
 */
final class TokenizerPatterns {
  private static final String KEY = "Regex";
  private static final int LONGEST = 1000;

  /** Steps grow with the text's length to this power at most. */
  private static final int MOST_UNBOUNDED = 2;

  private final String regex;
  private int at;

  private TokenizerPatterns(String regex) {
    this.regex = regex;
  }

  /** Refuses a file with an expression that is not harmless. */
  static void check(TokenizerJson file) {
    check(file, file.tree());
  }

  private static void check(TokenizerJson file, JsonNode node) {
    JsonNode regex = node.path(KEY);
    if (regex.isString() && !isHarmless(regex.stringValue())) {
      throw new UserException(
          OneLine.of(
              "%s: the regular expression %s could take for ever; groups must not be repeated or"
                      .formatted(file.path(), OneLine.quote(regex.stringValue()))
                  + " referred to, and an alternative may have %d of * and +"
                      .formatted(MOST_UNBOUNDED)));
    }
    for (JsonNode child : node) {
      check(file, child);
    }
  }

  /** Whether a search by backtracking takes steps that grow slowly with the text. */
  static boolean isHarmless(String regex) {
    return regex.length() <= LONGEST && new TokenizerPatterns(regex).isHarmless();
  }

  private boolean isHarmless() {
    int depth = 0;
    int unbounded = 0;
    while (at < regex.length()) {
      switch (regex.charAt(at++)) {
        case '\\' -> {
          if (!skipEscape()) {
            return false;
          }
        }
        case '[' -> skipClass();
        case '(' -> {
          depth++;
          if (startsWith("?~") || startsWith("?(") || startsWith("?{") || startsWith("*")) {
            return false;
          }
        }
        case ')' -> {
          depth--;
          if (startsWith("*") || startsWith("+") || startsWith("{")) {
            return false;
          }
        }
        case '*', '+' -> {
          unbounded++;
          skipMark();
        }
        case '?' -> skipMark();
        case '{' -> unbounded += isSmallCount() ? 0 : 1;
        case '|' -> unbounded = depth == 0 ? 0 : unbounded;
        default -> {}
      }
      if (unbounded > MOST_UNBOUNDED) {
        return false;
      }
    }
    return true;
  }

  private boolean startsWith(String text) {
    return regex.startsWith(text, at);
  }

  /** What follows a backslash; not a reference to a group. */
  private boolean skipEscape() {
    if (at == regex.length()) {
      return true;
    }
    char escaped = regex.charAt(at++);
    if (escaped >= '1' && escaped <= '9' || escaped == 'k' || escaped == 'g') {
      return false;
    }
    if ((escaped == 'p' || escaped == 'P' || escaped == 'x') && startsWith("{")) {
      int end = regex.indexOf('}', at);
      at = end < 0 ? regex.length() : end + 1;
    }
    return true;
  }

  /** A set of characters, with those within it. */
  private void skipClass() {
    int depth = 1;
    while (at < regex.length() && depth > 0) {
      switch (regex.charAt(at++)) {
        case '\\' -> at++;
        case '[' -> depth++;
        case ']' -> depth--;
        default -> {}
      }
    }
  }

  /** Whether <code>{1,3}</code> has an end, and one of at most two digits. */
  private boolean isSmallCount() {
    int end = regex.indexOf('}', at);
    boolean small = end > at && regex.substring(at, end).matches("\\d{1,2}(,\\d{1,2})?");
    at = end < 0 ? regex.length() : end + 1;
    return small;
  }

  /** The sign behind a quantifier that makes it lazy or possessive is none itself. */
  private void skipMark() {
    if (startsWith("+") || startsWith("?")) {
      at++;
    }
  }
}
