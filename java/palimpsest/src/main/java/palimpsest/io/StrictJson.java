package palimpsest.io;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * How JSON from anywhere is read: no key twice, and bounds on what a file can make a reader build,
 * whatever its size.
 */
public final class StrictJson {
  /** Levels of lists and objects; nothing that is read here has twenty. */
  private static final int DEEPEST = 64;

  /**
   * Brackets, keys and values; a tokenizer of a quarter of a million words has some 2.6 million.
   */
  private static final long MOST_TOKENS = 4_000_000;

  private static final int LONGEST_NUMBER = 100;
  private static final int LONGEST_KEY = 4096;

  /** The tables of SentencePiece's normalisers, in base64, are half of this. */
  private static final int LONGEST_TEXT = 1 << 20;

  private static final StreamReadConstraints CONSTRAINTS =
      StreamReadConstraints.builder()
          .maxNestingDepth(DEEPEST)
          .maxTokenCount(MOST_TOKENS)
          .maxNumberLength(LONGEST_NUMBER)
          .maxNameLength(LONGEST_KEY)
          .maxStringLength(LONGEST_TEXT)
          .build();

  private StrictJson() {}

  /** A factory for the mapper of a format. */
  public static JsonFactory factory() {
    return JsonFactory.builder()
        .streamReadConstraints(CONSTRAINTS)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .build();
  }

  /** Where a reader stopped: {@code line 2, column 7}; {@code somewhere} if it does not know. */
  public static String place(JacksonException problem) {
    TokenStreamLocation at = problem.getLocation();
    return at == null || at.getLineNr() < 1
        ? "somewhere"
        : "line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
  }

  /** What it said, on one line and not longer than one. */
  public static String reason(JacksonException problem) {
    String said = problem.getOriginalMessage();
    return said == null ? "unreadable" : OneLine.brief(said.lines().findFirst().orElse(""));
  }
}
