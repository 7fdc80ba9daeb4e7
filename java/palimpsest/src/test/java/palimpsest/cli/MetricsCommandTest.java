package palimpsest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static palimpsest.cli.Terminal.palimpsest;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.cli.Terminal.Outcome;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

final class MetricsCommandTest {
  @TempDir private Path folder;

  private Path matrix(String json) throws Exception {
    return Files.writeString(folder.resolve("matrix.json"), json);
  }

  @Test
  void theTableAndTheJsonSayTheSame() throws Exception {
    Path file = matrix("{\"R\": [[0.98, 0.02], [0.20, 0.99]], \"baseline\": [0.01, 0.01]}");
    Path answer = folder.resolve("metrics.json");
    Outcome outcome = palimpsest("metrics", file.toString(), "--json", answer.toString());
    assertEquals(0, outcome.code(), outcome.err());
    assertTrue(outcome.out().contains("forgetting"), outcome.out());
    JsonNode json = new ObjectMapper().readTree(Files.readString(answer));
    assertEquals(0.78, json.get("forgetting").doubleValue(), 1e-12);
    assertTrue(json.get("joint_gap").isNull());
    Outcome alone = palimpsest("metrics", file.toString(), "--json", "-");
    assertEquals(Files.readString(answer), alone.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      textBlock =
          """
          {"R": [[1.5]]}           => R[0][0] is 1.5
          {"R": [[1, 0]]}          => R[0] has 2 scores
          {"R": [[0.5]             => line 1, column
          {}                       => expected {"R"
          """)
  void aMistakeNamesTheFileAndThePlace(String json, String said) throws Exception {
    Path file = matrix(json);
    Outcome outcome = palimpsest("metrics", file.toString());
    assertEquals(2, outcome.code());
    assertEquals(1, outcome.errLines().size(), outcome.err());
    assertTrue(outcome.err().contains(file + ": "), outcome.err());
    assertTrue(outcome.err().contains(said), outcome.err());
    assertEquals("", outcome.out());
  }

  @Test
  void aFileThatCannotBeReadOrWrittenIsAMistake() throws Exception {
    Outcome unread = palimpsest("metrics", folder.resolve("none.json").toString());
    assertEquals(2, unread.code());
    assertEquals(1, unread.errLines().size(), unread.err());
    Path file = matrix("{\"R\": [[0.5]]}");
    Outcome unwritten = palimpsest("metrics", file.toString(), "--json", folder.toString());
    assertEquals(2, unwritten.code());
    assertEquals("", unwritten.out());
    assertFalse(Files.exists(folder.resolve("metrics.json")));
  }
}
