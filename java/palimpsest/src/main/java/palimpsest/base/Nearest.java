package palimpsest.base;

import java.util.Collection;
import java.util.Optional;

/** Finds the name somebody probably meant. */
public final class Nearest {
  private static final int LONGEST_WORD = 200;

  private Nearest() {}

  /**
   * The name nearest to a mistyped one by edit distance, where it is near enough to be a typing
   * error (a third of the letters wrong at most, one always allowed) or begins with what was typed.
   */
  public static Optional<String> to(String typed, Collection<String> names) {
    if (typed.length() > LONGEST_WORD) {
      return Optional.empty();
    }
    String best = null;
    int bestDistance = Integer.MAX_VALUE;
    for (String name : names) {
      int distance = distance(typed, name);
      int allowed = Math.max(1, Math.max(typed.length(), name.length()) / 3);
      boolean begun = typed.length() >= 2 && name.startsWith(typed);
      if ((distance <= allowed || begun) && distance < bestDistance) {
        best = name;
        bestDistance = distance;
      }
    }
    return Optional.ofNullable(best);
  }

  /** {@code "; did you mean 'seeds'?"}, or nothing where no name is near. */
  public static String hint(String typed, Collection<String> names) {
    return to(typed, names).map("; did you mean '%s'?"::formatted).orElse("");
  }

  /** Insertions, removals, replacements and swaps of neighbours that turn one word into another. */
  static int distance(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        edits[i][j] = Math.min(replaced, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
        }
      }
    }
    return edits[a.length()][b.length()];
  }
}
