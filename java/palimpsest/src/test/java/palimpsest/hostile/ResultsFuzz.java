package palimpsest.hostile;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Fuzzes the reader of results.json, and what is made of it. */
class ResultsFuzz {
  private static final Fuzzed READER = Fuzzed.of(Reader.RESULTS);

  @FuzzTest
  void reads(byte[] content) {
    READER.withstand(content);
  }
}
