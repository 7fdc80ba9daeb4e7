package palimpsest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static palimpsest.cli.Terminal.palimpsest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.cli.Terminal.Outcome;
import palimpsest.testing.JsonSchemas;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class ProfileCommandTest {
  @Test
  void aPresetIsProfiledAndTraced(@TempDir Path folder) throws IOException {
    Path json = folder.resolve("profile.json");
    Path trace = folder.resolve("trace.json");
    Outcome outcome =
        palimpsest(
            "profile micro --device cpu --threads 2 --steps 2 --frozen 1 --json %s --trace %s"
                .formatted(json, trace)
                .split(" "));
    assertEquals("", outcome.err());
    assertEquals(0, outcome.code());
    assertTrue(outcome.out().contains("between operations"), outcome.out());
    assertTrue(outcome.out().contains("MFU"), outcome.out());
    JsonSchemas.checkText("profile.json", Files.readString(json));
    JsonNode profile = new ObjectMapper().readTree(Files.readString(json));
    assertEquals(1, profile.get("subject").get("frozen_layers").intValue());
    assertEquals(4 * 64, profile.get("tokens_per_step").intValue());
    assertTrue(new ObjectMapper().readTree(Files.readString(trace)).get("traceEvents").size() > 50);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          --steps 0 => --steps 0: must be 1 or more
          micro --model tiny => --model and --shape describe a model of their own: leave out the preset and --set
          --shape B=2 --device cpu --frozen 9 => --frozen 9: the model has 4 layers
          --trace nowhere/t.json => --trace: there is no folder /FOLDER/nowhere
          """)
  void aMistakeIsOneLine(String arguments, String line) {
    Outcome outcome = palimpsest(("profile " + arguments).split(" "));
    String here = Path.of("").toAbsolutePath().toString();
    assertEquals("palimpsest: " + line.replace("/FOLDER", here) + "\n", outcome.err());
    assertEquals(2, outcome.code());
  }
}
