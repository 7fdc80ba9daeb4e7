package palimpsest.hostile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A reader and the folder that a fuzzer's inputs are put into: Jazzer calls it for as long as it
 * has time, each reader in a virtual machine of its own with little memory.
 */
record Fuzzed(Reader reader, Path folder) {
  static Fuzzed of(Reader reader) {
    try {
      Path folder = Files.createTempDirectory("palimpsest-fuzz");
      reader.place(folder);
      return new Fuzzed(reader, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void withstand(byte[] content) {
    reader.withstand(folder, content);
  }
}
