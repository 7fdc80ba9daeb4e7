package palimpsest.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.base.UserException;
import tools.jackson.databind.JsonNode;

class TokenizersTest {
  @TempDir private Path folder;

  @Test
  void readsABytePairEncodingAsHuggingFaceDoes() throws IOException {
    try (Tokenizer tokenizer = Tokenizers.load(place(text -> text))) {
      assertEquals(300, tokenizer.vocabulary());
      assertEquals(0, tokenizer.endOfText());
      for (JsonNode line : Fixtures.json("bpe-expected.json")) {
        int[] ids = Fixtures.ints(line.path("ids"));
        assertArrayEquals(ids, tokenizer.encode(line.path("text").asString()));
        assertEquals(line.path("decoded").asString(), tokenizer.decode(ids));
      }
    }
  }

  @Test
  void neitherPadsNorTruncates() throws IOException {
    try (Tokenizer tokenizer = Tokenizers.load(place(text -> text))) {
      int[] once = tokenizer.encode(" born");
      assertEquals(3000 * once.length, tokenizer.encode(" born".repeat(3000)).length);
    }
  }

  @Test
  void savesTheFileItWasReadFrom() throws IOException {
    Path copy = Files.createDirectory(folder.resolve("copy"));
    Path file = place(text -> text);
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": \"Ġb\"}");
    try (Tokenizer tokenizer = Tokenizers.load(folder)) {
      tokenizer.save(copy);
      assertArrayEquals(
          Files.readAllBytes(file), Files.readAllBytes(copy.resolve("tokenizer.json")));
      assertEquals(
          "{\"eos_token\": \"Ġb\"}", Files.readString(copy.resolve("tokenizer_config.json")));
    }
  }

  @Test
  void takesTheEndTokenThatTheConfigurationNames() throws IOException {
    place(text -> text);
    int id = Fixtures.json("bpe.json").path("model").path("vocab").path("B").asInt();
    for (String named : new String[] {"\"B\"", "{\"content\": \"B\", \"lstrip\": false}"}) {
      Files.writeString(
          folder.resolve("tokenizer_config.json"), "{\"eos_token\": %s}".formatted(named));
      try (Tokenizer tokenizer = Tokenizers.load(folder)) {
        assertEquals(id, tokenizer.endOfText());
      }
    }
  }

  @Test
  void refusesATokenizerWithoutAnEndToken() throws IOException {
    Path file = place(text -> text.replace("<|endoftext|>", "<|begin|>"));
    assertEquals(
        file
            + ": no end token: needs <|endoftext|>, or an eos_token in a tokenizer_config.json"
            + " beside it",
        refused());
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": \"<end>\"}");
    assertEquals(
        file + ": the end token \"<end>\" that tokenizer_config.json names is not among its tokens",
        refused());
  }

  @Test
  void saysWhatIsWrongWithAFile() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    assertEquals(file + ": no such file", refused());
    Files.writeString(file, "{\"model\":\n  {\"vocab\": {\"a\": 0,}}}");
    assertEquals(file + ": line 2, column 21: not valid JSON", refused());
    Files.writeString(file, "[1, 2]");
    assertEquals(
        file + ": no tokenizer: a Hugging Face tokenizer.json has a field model.vocab", refused());
    place(text -> text.replace("\"merges\"", "\"merge\""));
    String refusal = refused();
    assertTrue(refusal.startsWith(file + ": not a tokenizer that can be used: "), refusal);
    assertEquals(1, refusal.lines().count());
  }

  private String refused() {
    return assertThrows(UserException.class, () -> Tokenizers.load(folder)).getMessage();
  }

  private Path place(UnaryOperator<String> change) throws IOException {
    return Files.writeString(
        folder.resolve("tokenizer.json"), change.apply(Fixtures.text("bpe.json")));
  }
}
