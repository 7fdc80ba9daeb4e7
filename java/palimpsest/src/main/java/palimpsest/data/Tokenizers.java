package palimpsest.data;

import java.nio.file.Path;
import java.util.Optional;

/** Tokenizers on disk. */
public final class Tokenizers {
  private Tokenizers() {}

  /**
   * Reads a {@code tokenizer.json}, or the one in a folder. Word-level files as {@link
   * WordTokenizer} writes them are read in Java; every other goes through Hugging Face's own
   * library, whose native part is loaded only then.
   */
  public static Tokenizer load(Path fileOrFolder) {
    TokenizerJson file = TokenizerJson.read(fileOrFolder);
    Optional<WordTokenizer> words = WordTokenizerFile.read(file);
    return words.isPresent() ? words.get() : new NativeTokenizer(file);
  }
}
