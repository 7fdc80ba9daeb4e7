package palimpsest.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import palimpsest.base.UserException;

/** Files that were made to do harm, one way each. */
class HostileInputTest {
  @TempDir Path folder;

  /** A reader of a folder would wait for somebody to write into it. */
  @ParameterizedTest
  @EnumSource(names = {"SAFETENSORS", "CONFIG", "WORDS", "RESULTS", "ANALYSIS", "STRATEGY"})
  void aPipeInAFolderIsNotWaitedFor(Reader reader) throws IOException, InterruptedException {
    reader.place(folder);
    Path file = folder.resolve(reader.file());
    Files.delete(file);
    assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
    assertTrue(refusal(reader).startsWith(file + ": is "), refusal(reader));
  }

  /** Sizes that nothing in the weights' file bears out, before there is memory for them. */
  @ParameterizedTest
  @CsvSource({
    "num_hidden_layers, 16777216, from 1 to 1024",
    "max_position_embeddings, 16777216, from 1 to 131072",
    "num_hidden_layers, 1000, has no tensor",
    "hidden_size, 4096, has the shape",
    "hidden_size, 1048576, weights; 2",
    "vocab_size, 16777216, has the shape",
    "intermediate_size, 1.0e400, must be a whole number",
    "vocab_size, 18446744073709551627, must be a whole number",
  })
  void sizesAreBelievedOnlyAsFarAsTheWeightsGo(String key, String value, String said)
      throws IOException {
    Reader.CONFIG.place(folder);
    edit("config.json", "(\"%s\" : )[0-9]+".formatted(key), "$1" + value);
    assertTrue(refusal(Reader.CONFIG).contains(said), refusal(Reader.CONFIG));
  }

  @Test
  void anIndexLeadsNowhereElse() throws IOException {
    Reader.INDEX.place(folder);
    edit("model.safetensors.index.json", "\"model-00001", "\"../model-00001");
    assertTrue(
        refusal(Reader.INDEX).contains("must name a safetensors file of the same folder"),
        refusal(Reader.INDEX));
  }

  @Test
  void aLineThatDoesNotEndIsRefusedWhereItsBoundIs() throws IOException {
    Reader.QUESTIONS.place(folder);
    edit("questions.jsonl", "Paris", "Paris".repeat(300_000));
    assertEquals(
        folder.resolve("questions.jsonl") + ":1: the line is longer than 1,024 KiB",
        refusal(Reader.QUESTIONS));
  }

  /** Each pair of brackets would become an object of a hundred bytes. */
  @Test
  void millionsOfEmptyObjectsAreNotMade() throws IOException {
    Reader.METRICS.place(folder);
    edit("matrix.json", "0\\.9, 0\\.1", "{}" + ",{}".repeat(2_100_000));
    assertTrue(refusal(Reader.METRICS).contains("matrix.json"), refusal(Reader.METRICS));
  }

  /** A terminal would take it for a command, and a reader for what stands before it. */
  @ParameterizedTest
  @CsvSource({"\\\\u001b[2J", "\\\\u0007", "\\\\u202e", "\\\\r"})
  void namesThatMoveTheCursorAreRefused(String escape) throws IOException {
    Reader.RESULTS.place(folder);
    edit("results.json", "\"freeze:2\"", "\"freeze:" + escape + "2\"");
    assertTrue(refusal(Reader.RESULTS).contains("control characters"), refusal(Reader.RESULTS));
  }

  @Test
  void whatWasSavedIsReadUntilItIsChanged() throws IOException {
    Reader.SAVED_SIZES.place(folder);
    Object sound = Reader.SAVED_SIZES.withstand(folder);
    assertNotNull(sound);
    edit("config.json", "\"rotary_emb_base\" : 10000", "\"rotary_emb_base\" : 20000");
    assertEquals(
        "%s/config.json is not what was written, by its checksum in model.sha256;".formatted(folder)
            + " if it was changed on purpose, remove %s/model.sha256".formatted(folder),
        refusal(Reader.SAVED_SIZES));
    Files.delete(folder.resolve("model.sha256"));
    assertNotNull(Reader.SAVED_SIZES.withstand(folder));
  }

  /** A checksum's file cannot name others: only the files of a model are looked at. */
  @Test
  void checksumsAreNotFollowed() throws IOException {
    Reader.CHECKSUMS.place(folder);
    Files.writeString(folder.resolve("model.sha256"), "0".repeat(64) + "  ../../etc/passwd\n");
    assertFalse(refusal(Reader.CHECKSUMS).contains("passwd"));
  }

  private String refusal(Reader reader) {
    return assertThrows(UserException.class, () -> reader.read(folder)).getMessage();
  }

  private void edit(String file, String regex, String replacement) throws IOException {
    Path path = folder.resolve(file);
    String text = Files.readString(path);
    String edited = text.replaceFirst(regex, replacement);
    assertFalse(text.equals(edited), "nothing to change in " + text);
    Files.writeString(path, edited);
  }
}
