package palimpsest.hostile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the fuzzers begin with, and what they once found, through each reader without a fuzzer. A
 * new finding is kept by moving the file that Jazzer wrote into the folder of its reader.
 */
class CorpusTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "Safetensors, SAFETENSORS",
    "Model, CONFIG",
    "Tokenizer, WORDS",
    "Questions, QUESTIONS",
    "Configuration, CONFIGURATION",
    "Sweep, SWEEP",
    "Results, RESULTS",
    "Analysis, ANALYSIS",
    "Metrics, METRICS",
    "Strategy, STRATEGY",
  })
  void isReadOrRefused(String fuzzer, Reader reader) throws IOException, URISyntaxException {
    reader.place(folder);
    List<Path> inputs = inputs(fuzzer);
    assertTrue(inputs.size() >= 2, "a sound file and a bad one at least");
    int read = 0;
    for (Path input : inputs) {
      read += reader.withstand(folder, Files.readAllBytes(input)) == null ? 0 : 1;
    }
    assertTrue(read >= 1, "none was sound");
    assertTrue(read < inputs.size(), "none was refused");
  }

  /** Where Jazzer looks for them. */
  private static List<Path> inputs(String fuzzer) throws IOException, URISyntaxException {
    Path inputs = Path.of(CorpusTest.class.getResource(fuzzer + "FuzzInputs/reads").toURI());
    try (Stream<Path> files = Files.list(inputs)) {
      return files.sorted().toList();
    }
  }
}
