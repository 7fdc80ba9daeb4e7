package palimpsest.lab;

import java.nio.charset.StandardCharsets;
import palimpsest.io.Sha256;

/**
 * Everything that a phase's outcome depends on, in words; two phases with the same key have the
 * same bits. A phase that starts from another's weights has that one's hash in its key.
 *
 * @param text one fact a line
 */
record PhaseKey(String text) {
  /** The key that a seed's first phase follows. */
  static PhaseKey root(Object... facts) {
    return new PhaseKey(lines(facts));
  }

  /** The key of a phase that starts where this one ends. */
  PhaseKey then(Object... facts) {
    return new PhaseKey("after " + hash() + "\n" + lines(facts));
  }

  /**
   * The key of the same phase where it also keeps weights on its way. What follows the phase does
   * not depend on that: its key is made with {@link #then} from the key without.
   */
  PhaseKey keeping(String weights) {
    return weights.isEmpty() ? this : new PhaseKey(text + lines("keeps " + weights));
  }

  /** SHA-256 of the text, 64 hexadecimal digits. */
  String hash() {
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String lines(Object... facts) {
    var lines = new StringBuilder();
    for (Object fact : facts) {
      lines.append(fact).append('\n');
    }
    return lines.toString();
  }
}
