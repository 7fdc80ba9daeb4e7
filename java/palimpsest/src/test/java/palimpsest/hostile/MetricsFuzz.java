package palimpsest.hostile;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Fuzzes the reader of accuracy matrices. */
class MetricsFuzz {
  private static final Fuzzed READER = Fuzzed.of(Reader.METRICS);

  @FuzzTest
  void reads(byte[] content) {
    READER.withstand(content);
  }
}
