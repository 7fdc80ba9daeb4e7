package palimpsest.hostile;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Fuzzes the reader of tokenizer.json. */
class TokenizerFuzz {
  private static final Fuzzed READER = Fuzzed.of(Reader.WORDS);

  @FuzzTest
  void reads(byte[] content) {
    READER.withstand(content);
  }
}
