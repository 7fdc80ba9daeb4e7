package palimpsest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static palimpsest.cli.Terminal.palimpsest;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.cli.Terminal.Outcome;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

final class DoctorCommandTest {
  @Test
  void saysWhatItFound(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("doctor.json");
    Outcome outcome = palimpsest("doctor", "--json", file.toString());
    assertEquals("", outcome.err());
    JsonNode json = new ObjectMapper().readTree(Files.readString(file));
    assertEquals(json.get("healthy").booleanValue() ? 0 : 3, outcome.code());
    double tiny = json.get("estimated_seconds").get("tiny").doubleValue();
    double small = json.get("estimated_seconds").get("small").doubleValue();
    assertTrue(5 < tiny && tiny < small, tiny + " s, " + small + " s");
    assertTrue(outcome.out().contains("'palimpsest run tiny' takes about"), outcome.out());
    for (JsonNode finding : json.get("findings")) {
      assertTrue(outcome.out().contains(finding.get("found").stringValue()), outcome.out());
    }
  }

  @Test
  void jsonTakesThePlaceOfTheTable() {
    Outcome outcome = palimpsest("doctor", "--json", "-");
    assertTrue(new ObjectMapper().readTree(outcome.out()).get("findings").size() > 5);
  }
}
