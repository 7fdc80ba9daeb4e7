package palimpsest.hostile;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Fuzzes the reader of the state of a strategy. */
class StrategyFuzz {
  private static final Fuzzed READER = Fuzzed.of(Reader.STRATEGY);

  @FuzzTest
  void reads(byte[] content) {
    READER.withstand(content);
  }
}
