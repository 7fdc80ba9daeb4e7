package palimpsest.hostile;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Fuzzes the reader of a run's YAML. */
class ConfigurationFuzz {
  private static final Fuzzed READER = Fuzzed.of(Reader.CONFIGURATION);

  @FuzzTest
  void reads(byte[] content) {
    READER.withstand(content);
  }
}
