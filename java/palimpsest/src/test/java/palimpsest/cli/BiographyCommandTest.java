package palimpsest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static palimpsest.cli.Terminal.palimpsest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.cli.Terminal.Outcome;

final class BiographyCommandTest {
  @TempDir private Path folder;

  private List<String> files() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void writesTheDataset() throws Exception {
    Path out = folder.resolve("people");
    String[] command = {
      "data", "biography", "--people", "20", "--new-people", "8", "--out", out.toString()
    };
    Outcome outcome = palimpsest(command);
    assertEquals("", outcome.err());
    assertEquals(0, outcome.code());
    assertEquals(out + "\n", outcome.out());
    assertEquals(28, Files.readAllLines(out.resolve("people.jsonl")).size());
    assertTrue(Files.exists(out.resolve("tokenizer.json")));

    Outcome again = palimpsest(command);
    assertEquals(2, again.code());
    assertEquals(1, again.errLines().size(), again.err());
    assertEquals(28, Files.readAllLines(out.resolve("people.jsonl")).size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      textBlock =
          """
          --people 0                      => --people 0
          --people -5                     => --people -5
          --people many                   => --people many
          --people 9000000                => data.people
          --people 20 --preset tniy       => did you mean tiny
          --set data.peopel=20            => data.people
          --set people                    => --set people
          --set data.versions=99          => data.versions
          --seed x                        => 'x' is not a whole number
          """)
  void aMistakeIsOneLineAndLeavesNothing(String arguments, String said) throws Exception {
    String line = "data biography --out %s %s".formatted(folder.resolve("people"), arguments);
    Outcome outcome = palimpsest(line.split(" +"));
    assertEquals(2, outcome.code(), outcome.err());
    assertEquals(1, outcome.errLines().size(), outcome.err());
    assertTrue(outcome.err().contains(said), outcome.err());
    assertEquals("", outcome.out());
    assertEquals(List.of(), files());
  }

  @Test
  void anInterruptionLeavesNothing() throws Exception {
    Terminal terminal = new Terminal(false);
    terminal.stop().request();
    String out = folder.resolve("people").toString();
    Outcome outcome = terminal.run("data", "biography", "--out", out);
    assertEquals(130, outcome.code());
    assertEquals("palimpsest: interrupted\n", outcome.err());
    assertEquals(List.of(), files());
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() {
    Outcome outcome =
        palimpsest("data", "biography", "--people", "20", "--out", "/proc/nowhere/people");
    assertEquals(2, outcome.code(), outcome.err());
    assertEquals(1, outcome.errLines().size(), outcome.err());
    assertTrue(outcome.err().contains("/proc/nowhere"), outcome.err());
  }
}
