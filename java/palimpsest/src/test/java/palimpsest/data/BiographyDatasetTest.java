package palimpsest.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.base.UserException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BiographyDatasetTest {
  private static final PopulationSpec SPEC = PopulationSpec.paper(20, 5, 2);
  private static final Population POPULATION = Population.generate(SPEC, 1);
  private static final BiographySpec TEXTS = new BiographySpec(3, true, true, 50);

  @TempDir private Path parent;

  @Test
  void writesEverything() throws IOException {
    Path folder = parent.resolve("data");
    BiographyDataset.write(POPULATION, TEXTS, 1, folder);
    assertEquals(
        Set.of(
            "people.jsonl",
            "biographies.jsonl",
            "questions-task0-train.jsonl",
            "questions-task0-dev.jsonl",
            "questions-task0-test.jsonl",
            "questions-task1-train.jsonl",
            "questions-task2-train.jsonl",
            "tokenizer.json",
            "tokenizer_config.json"),
        names(folder));
    assertEquals(30, lines(folder, "people").size());
    assertEquals(60, lines(folder, "biographies").size());
    assertEquals(60, lines(folder, "questions-task0-train").size());
    assertEquals(12, lines(folder, "questions-task0-dev").size());
    assertEquals(48, lines(folder, "questions-task0-test").size());
    assertEquals(30, lines(folder, "questions-task2-train").size());
  }

  @Test
  void linesSayWhatThePeopleAre() throws IOException {
    Path folder = parent.resolve("data");
    BiographyDataset.write(POPULATION, TEXTS, 1, folder);
    Person person = POPULATION.everybody().get(1);
    JsonNode told = lines(folder, "people").get(1);
    assertEquals(1, told.path("id").asInt());
    assertEquals(person.fullName(), told.path("name").asString());
    assertEquals(person.female(), told.path("female").asBoolean());
    assertEquals(person.value(Attribute.MAJOR), told.path("major").asString());
    JsonNode text = lines(folder, "biographies").get(4);
    assertEquals(new Biographies(TEXTS).fixed(person, 1).get(1), text.path("text").asString());
    assertEquals(List.of(1, 1), List.of(text.path("person").asInt(), text.path("version").asInt()));
    JsonNode question = lines(folder, "questions-task1-train").getFirst();
    Person newcomer = POPULATION.newcomers(1).getFirst();
    assertEquals(newcomer.id(), question.path("person").asInt());
    assertEquals("birthday", question.path("attribute").asString());
    assertEquals(
        "What is the birth date of " + newcomer.fullName() + "?\nAnswer:",
        question.path("prompt").asString());
    assertEquals(" " + newcomer.value(Attribute.BIRTHDAY), question.path("answer").asString());
  }

  @Test
  void itsTokenizerKnowsAllItsTexts() throws IOException {
    Path folder = parent.resolve("data");
    BiographyDataset.write(POPULATION, new BiographySpec(0, true, false, 50), 1, folder);
    assertEquals(20, lines(folder, "biographies").size());
    Tokenizer tokenizer = Tokenizers.load(folder);
    for (JsonNode line : lines(folder, "biographies")) {
      assertTrue(tokenizer.encode(line.path("text").asString()).length > 30);
    }
  }

  @Test
  void refusesAFolderThatHoldsSomething() throws IOException {
    Files.writeString(parent.resolve("mine.txt"), "mine");
    UserException mistake =
        assertThrows(
            UserException.class, () -> BiographyDataset.write(POPULATION, TEXTS, 1, parent));
    assertEquals(1, mistake.getMessage().lines().count());
    assertEquals(Set.of("mine.txt"), names(parent));
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  private static List<JsonNode> lines(Path folder, String name) throws IOException {
    return Files.readAllLines(folder.resolve(name + ".jsonl")).stream()
        .map(JsonMapper.shared()::readTree)
        .toList();
  }
}
