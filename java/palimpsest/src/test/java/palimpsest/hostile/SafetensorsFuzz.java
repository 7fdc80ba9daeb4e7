package palimpsest.hostile;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Fuzzes the reader of safetensors headers. */
class SafetensorsFuzz {
  private static final Fuzzed READER = Fuzzed.of(Reader.SAFETENSORS);

  @FuzzTest
  void reads(byte[] content) {
    READER.withstand(content);
  }
}
