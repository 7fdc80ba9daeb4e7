package palimpsest.hostile;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Fuzzes the reader of findings of an analysis, and the page that is made of them. */
class AnalysisFuzz {
  private static final Fuzzed READER = Fuzzed.of(Reader.ANALYSIS);

  @FuzzTest
  void reads(byte[] content) {
    READER.withstand(content);
  }
}
