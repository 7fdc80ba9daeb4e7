package palimpsest.hostile;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Fuzzes the reader of questions as JSON lines. */
class QuestionsFuzz {
  private static final Fuzzed READER = Fuzzed.of(Reader.QUESTIONS);

  @FuzzTest
  void reads(byte[] content) {
    READER.withstand(content);
  }
}
