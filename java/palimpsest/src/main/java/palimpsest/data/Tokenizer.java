package palimpsest.data;

import java.nio.file.Path;

/** Text to token ids and back; stored as a Hugging Face {@code tokenizer.json}. */
public interface Tokenizer extends AutoCloseable {
  /** The ids of a text, without any special tokens added. */
  int[] encode(String text);

  String decode(int[] ids);

  /** Number of ids, V: every id is below it. */
  int vocabulary();

  /** The id that ends a biography and an answer; also the padding. */
  int endOfText();

  /** Writes {@code tokenizer.json} (and {@code tokenizer_config.json}) into a folder. */
  void save(Path folder);

  @Override
  default void close() {}
}
