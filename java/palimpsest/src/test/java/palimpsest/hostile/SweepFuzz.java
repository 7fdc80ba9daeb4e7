package palimpsest.hostile;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Fuzzes the reader of a sweep's YAML. */
class SweepFuzz {
  private static final Fuzzed READER = Fuzzed.of(Reader.SWEEP);

  @FuzzTest
  void reads(byte[] content) {
    READER.withstand(content);
  }
}
