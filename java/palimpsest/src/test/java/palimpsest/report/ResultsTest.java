package palimpsest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.base.UserException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ResultsTest {
  @TempDir Path folder;

  @Test
  void readsTheExampleOfTheDesign() throws IOException {
    Results results = example();
    assertEquals("tiny", results.preset());
    Results.Method seq = results.runs().getFirst().methods().get("seq");
    assertEquals(80, seq.recovery().early().fromStep());
    assertEquals(60, seq.recovery().stepsTo90().control());
    assertEquals("exact_match", seq.matrix().metric());
    assertEquals(1, seq.matrix().r().size());
    assertNull(seq.matrix().single());
    assertEquals(5, results.summary().get("seq").get("task0_matched").n());
  }

  @Test
  void writesEveryFieldOfTheDesign() throws IOException {
    Path written = folder.resolve("results.json");
    example().write(written);
    TreeSet<String> missing = new TreeSet<>(fields(exampleTree(), ""));
    missing.removeAll(fields(new JsonMapper().readTree(written), ""));
    assertTrue(missing.isEmpty(), missing.toString());
  }

  @Test
  void keepsTheOrderAndTheBytes() throws IOException {
    Path once = folder.resolve("once.json");
    Path twice = folder.resolve("twice.json");
    example().write(once);
    Results.read(once).write(twice);
    String text = Files.readString(once);
    assertEquals(text, Files.readString(twice));
    assertTrue(text.indexOf("\"schema\"") < text.indexOf("\"version\""));
    assertTrue(text.indexOf("\"before\"") < text.indexOf("\"curve\""));
    assertTrue(text.contains("\"single\" : null"));
  }

  @Test
  void whatIsNotFiniteWasNotMeasured() throws IOException {
    Results example = example();
    var accuracy = new Results.Accuracy(Double.NaN, Double.POSITIVE_INFINITY);
    var pretrain = new Results.Pretrain(1, 2L, 3.0, 4.0, Double.NaN, accuracy);
    var run = new Results.Run(7, pretrain, List.of(), example.runs().getFirst().methods());
    var results =
        new Results(
            1, "v", "p", example.device(), example.model(), example.tasks(), List.of(run), null);
    Path written = folder.resolve("results.json");
    results.write(written);
    assertFalse(Files.readString(written).contains("NaN"));
    Results.Pretrain read = Results.read(written).runs().getFirst().pretrain();
    assertNull(read.loss());
    assertNull(read.bioRecall().firstToken());
    assertEquals(2L, read.tokens());
  }

  @Test
  void namesTheReferenceFirst() throws IOException {
    Results example = example();
    Results.Method method = example.runs().getFirst().methods().get("seq");
    var methods = new java.util.LinkedHashMap<String, Results.Method>();
    methods.put("replay:0.2", method);
    methods.put("seq", method);
    var run = new Results.Run(1, null, null, methods);
    var other = new Results.Run(2, null, null, java.util.Map.of("freeze:2", method));
    var results = new Results(1, "v", "p", null, null, null, List.of(run, other), null);
    assertEquals(List.of("seq", "replay:0.2", "freeze:2"), results.methods());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"schema\": 1 | \"schema\": 2 | field schema is 2",
        "\"schema\": 1, | | field schema is missing",
        "\"threads\": 2 | \"threads\": \"two\" | field device.threads",
        "\"step\": 0, \"bio_recall\" | \"step\": \"x\", \"bio_recall\" |"
            + " runs[0].methods.seq.curve[0].step",
        "[[0.0]] | [[\"a\"]] | field runs[0].methods.seq.matrix.R[0][0]",
        "\"runs\": [ | \"rums\": [ | 'runs'",
        "\"seed\": 1, | | 'seed'",
        "\"curve\": [{\"training\" | \"curve\": [null, {\"training\" | methods.seq.curve",
        "\"preset\": \"tiny\", | \"preset\": \"tiny\" | line 2, column",
      })
  void aDamagedFileIsNamedWithItsField(String old, String broken, String expected)
      throws IOException {
    String text = exampleText();
    assertTrue(text.contains(old), old);
    Path file = folder.resolve("results.json");
    Files.writeString(file, text.replace(old, broken == null ? "" : broken));
    String message = assertThrows(UserException.class, () -> Results.read(file)).getMessage();
    assertTrue(message.contains(expected), message);
    assertTrue(message.startsWith(file.toString()), message);
    assertEquals(1, message.lines().count(), message);
  }

  @Test
  void aMissingFileIsTheUsersMistake() {
    assertThrows(UserException.class, () -> Results.read(folder.resolve("results.json")));
  }

  @Test
  void unknownFieldsAreLeftAlone() throws IOException {
    Path file = folder.resolve("results.json");
    Files.writeString(
        file, exampleText().replace("\"schema\": 1", "\"schema\": 1, \"new\": {\"a\": [1]}"));
    assertEquals("tiny", Results.read(file).preset());
  }

  private Results example() throws IOException {
    Path file = folder.resolve("example.json");
    Files.writeString(file, exampleText());
    return Results.read(file);
  }

  private static String exampleText() throws IOException {
    try (var in = ResultsTest.class.getResourceAsStream("design-example.json")) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  private static JsonNode exampleTree() throws IOException {
    return new JsonMapper().readTree(exampleText());
  }

  private static List<String> fields(JsonNode node, String path) {
    var found = new ArrayList<String>();
    if (node.isObject()) {
      for (var entry : node.properties()) {
        found.add(path + "." + entry.getKey());
        found.addAll(fields(entry.getValue(), path + "." + entry.getKey()));
      }
    } else if (node.isArray()) {
      for (JsonNode child : node) {
        found.addAll(fields(child, path + "[]"));
      }
    }
    return found;
  }
}
