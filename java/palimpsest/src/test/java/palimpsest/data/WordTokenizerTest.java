package palimpsest.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.base.RandomStream;
import palimpsest.base.UserException;
import tools.jackson.databind.JsonNode;

class WordTokenizerTest {
  private static final WordTokenizer SMALL =
      WordTokenizer.ofTexts(
          List.of(
              "Ann Lee Ash was born on May 28, 1952. Ann's birthplace is Elk Grove, CA.",
              "What is the birth date of Ann?\nAnswer:"));

  @Test
  void givesTheIdsAndTextsThatHuggingFaceGives() {
    for (JsonNode line : Fixtures.json("words-expected.json")) {
      int[] ids = Fixtures.ints(line.path("ids"));
      String text = line.path("text").asString();
      assertArrayEquals(ids, SMALL.encode(text), text);
      assertEquals(line.path("decoded").asString(), SMALL.decode(ids));
    }
  }

  @Test
  void writesTheFileThatTheFixtureWasMadeWith(@TempDir Path folder) throws IOException {
    SMALL.save(folder);
    assertEquals(Fixtures.text("words.json"), Files.readString(folder.resolve("tokenizer.json")));
  }

  @Test
  void comesBackFromItsFile(@TempDir Path folder) {
    SMALL.save(folder);
    Tokenizer loaded = Tokenizers.load(folder);
    assertInstanceOf(WordTokenizer.class, loaded);
    assertEquals(SMALL.words(), ((WordTokenizer) loaded).words());
    assertEquals(SMALL.vocabulary(), loaded.vocabulary());
    assertEquals(0, loaded.endOfText());
  }

  @Test
  void namesAnUnknownWord() {
    UserException mistake = assertThrows(UserException.class, () -> SMALL.encode("Ann met Bob."));
    assertEquals(
        "unknown word \"met\": a word-level tokenizer knows only the 26 words of its data",
        mistake.getMessage());
  }

  @Test
  void takesTheUnknownWordOfAFileThatHasOne(@TempDir Path folder) throws IOException {
    new WordTokenizer(List.of(Words.END_OF_TEXT, "Ann", "[UNK]"), "[UNK]").save(folder);
    Tokenizer loaded = Tokenizers.load(folder);
    assertArrayEquals(new int[] {1, 2, 2, 0}, loaded.encode("Ann met Bob<|endoftext|>"));
  }

  @Test
  void refusesAVocabularyWithHoles(@TempDir Path folder) throws IOException {
    SMALL.save(folder);
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(file, Files.readString(file).replace("\"Ann\" : 8", "\"Ann\" : 600"));
    UserException mistake = assertThrows(UserException.class, () -> Tokenizers.load(folder));
    assertEquals(
        file + ": field model.vocab.Ann: the ids must be 0 to 25, each once, not 600",
        mistake.getMessage());
  }

  @Test
  void readsValuesBackAsTheyAreWritten() {
    PopulationSpec spec = PopulationSpec.paper(200, 0, 0);
    WordTokenizer tokenizer = WordTokenizer.of(spec, new BiographySpec(0, true, true, 50));
    for (Person person : Population.generate(spec, 3).everybody()) {
      for (Attribute attribute : Attribute.values()) {
        String value = person.value(attribute);
        assertEquals(value, tokenizer.decode(tokenizer.encode(value)));
      }
      String biography =
          new Biographies(new BiographySpec(0, true, true, 50))
              .fresh(person, RandomStream.of(person.id(), "text"));
      assertEquals(biography.strip(), tokenizer.decode(tokenizer.encode(biography)));
    }
  }

  @Test
  void handWrittenSplitAgreesWithTheExpression() {
    Pattern expression =
        Pattern.compile(
            Pattern.quote(Words.END_OF_TEXT) + "|" + Words.EXPRESSION,
            Pattern.UNICODE_CHARACTER_CLASS);
    List<String> pieces =
        List.of(
            "Ann",
            "'s",
            "'",
            "s",
            " ",
            "\n",
            "\t",
            ".",
            ",",
            "1952",
            "<",
            Words.END_OF_TEXT,
            "é",
            "\u00a0",
            "\u2003",
            "\u2028",
            "\u0085",
            "\u001c",
            "\u180e",
            "\u200b",
            "\ud83d\ude00",
            "_",
            "<|");
    RandomGenerator random = RandomStream.of(1, "split");
    for (int trial = 0; trial < 2000; trial++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i > 0; i--) {
        text.append(pieces.get(random.nextInt(pieces.size())));
      }
      List<String> expected =
          expression.matcher(text).results().map(match -> match.group()).toList();
      List<String> actual = new ArrayList<>();
      Words.split(text.toString(), actual::add);
      assertEquals(expected, actual, () -> "text: " + text);
    }
  }
}
