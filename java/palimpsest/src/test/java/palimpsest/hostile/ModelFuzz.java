package palimpsest.hostile;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Fuzzes the reader of a model's config.json. */
class ModelFuzz {
  private static final Fuzzed READER = Fuzzed.of(Reader.CONFIG);

  @FuzzTest
  void reads(byte[] content) {
    READER.withstand(content);
  }
}
