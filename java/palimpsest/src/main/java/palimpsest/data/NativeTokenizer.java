package palimpsest.data;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import palimpsest.base.EnvironmentException;
import palimpsest.base.UserException;
import palimpsest.io.AtomicFiles;
import palimpsest.io.InputFile;
import palimpsest.io.OneLine;

/**
 * Any {@code tokenizer.json} (Pythia's byte-pair encoding, say), read by Hugging Face's tokenizers
 * library. DJL carries its native part in the jar; nothing is downloaded. What that library would
 * not survive is refused before it is handed over ({@link TokenizerPatterns}).
 */
final class NativeTokenizer implements Tokenizer {
  /** No padding, no truncation, and no token that is not in the text. */
  private static final Map<String, String> PLAIN =
      Map.of("addSpecialTokens", "false", "padding", "false", "truncation", "false");

  private final Path source;
  private final byte[] json;
  private final HuggingFaceTokenizer tokenizer;
  private final int vocabulary;
  private final int endOfText;

  NativeTokenizer(TokenizerJson file) {
    Map<String, Integer> ids = file.ids();
    TokenizerPatterns.check(file);
    this.source = file.path();
    this.endOfText = file.endOfText(ids);
    this.vocabulary = 1 + ids.values().stream().mapToInt(id -> id).max().orElseThrow();
    this.json = bytes(source);
    this.tokenizer = open();
  }

  private static byte[] bytes(Path file) {
    return InputFile.bytes(file, TokenizerJson.LARGEST_BYTES, "tokenizer");
  }

  private HuggingFaceTokenizer open() {
    TokenizersLibrary.load();
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), PLAIN);
    } catch (EngineException | LinkageError e) {
      throw new EnvironmentException(
          "Hugging Face's tokenizers library cannot be used: " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      throw new UserException(
          OneLine.of("%s: not a tokenizer that can be used: %s".formatted(source, e.getMessage())),
          e);
    }
  }

  @Override
  public int[] encode(String text) {
    try {
      return Arrays.stream(tokenizer.encode(text, false, false).getIds())
          .mapToInt(Math::toIntExact)
          .toArray();
    } catch (RuntimeException refused) { // the library has no other: an unknown word, say
      throw failure("cannot tokenise \"%s\"".formatted(OneLine.quote(text)), refused);
    }
  }

  @Override
  public String decode(int[] ids) {
    try {
      return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
    } catch (RuntimeException refused) {
      throw failure("cannot turn ids into text", refused);
    }
  }

  private UserException failure(String what, RuntimeException cause) {
    return new UserException(
        OneLine.of(
            "%s: %s: %s"
                .formatted(source, what, OneLine.quote(String.valueOf(cause.getMessage())))),
        cause);
  }

  @Override
  public int vocabulary() {
    return vocabulary;
  }

  @Override
  public int endOfText() {
    return endOfText;
  }

  /** Copies the file it was read from, and the configuration beside it if there is one. */
  @Override
  public void save(Path folder) {
    AtomicFiles.write(folder.resolve(TokenizerJson.FILE), json);
    Path config = source.resolveSibling(TokenizerJson.CONFIG);
    if (Files.exists(config)) {
      AtomicFiles.write(folder.resolve(TokenizerJson.CONFIG), bytes(config));
    }
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
