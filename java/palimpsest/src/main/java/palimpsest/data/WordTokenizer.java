package palimpsest.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import palimpsest.base.UserException;
import palimpsest.io.OneLine;

/**
 * One id a word: a run of ASCII letters and digits, a possessive {@code 's}, or any other single
 * character that is not white space. White space only separates, so that the tokens of a prompt and
 * of its answer are those of the two joined. Id 0 is the end token; the words follow in code point
 * order.
 *
 * <p>On disk it is a Hugging Face {@code tokenizer.json} that gives the same ids and the same text.
 */
public final class WordTokenizer implements Tokenizer {
  /** Beginnings that the decoder (Hugging Face's "WordPiece" with clean-up) joins to the left. */
  private static final Pattern JOINED = Pattern.compile("[.?!,]|'s|'m|'ve|'re|n't");

  private static final int END_ID = 0;
  private static final int NONE = -1;

  private final List<String> words;
  private final Map<String, Integer> ids;
  private final int unknown;

  /**
   * A tokenizer of a file.
   *
   * @param words the word of each id, the end token first
   * @param unknown the word that stands for all others; null or not among the words if there is
   *     none
   */
  WordTokenizer(List<String> words, String unknown) {
    this.words = List.copyOf(words);
    this.ids = HashMap.newHashMap(words.size());
    for (int id = 0; id < words.size(); id++) {
      ids.put(words.get(id), id);
    }
    this.unknown = ids.getOrDefault(unknown, NONE);
  }

  /**
   * The tokenizer of all people of a population and everything said of them and asked about them,
   * whoever is drawn.
   */
  public static WordTokenizer of(PopulationSpec population, BiographySpec biographies) {
    return ofTexts(Wording.everything(population, biographies));
  }

  static WordTokenizer ofTexts(Collection<String> texts) {
    TreeSet<String> sorted = new TreeSet<>();
    for (String text : texts) {
      Words.split(text, sorted::add);
    }
    sorted.remove(Words.END_OF_TEXT);
    List<String> words = new ArrayList<>(sorted);
    words.add(END_ID, Words.END_OF_TEXT);
    return new WordTokenizer(words, null);
  }

  @Override
  public int[] encode(String text) {
    IntStream.Builder tokens = IntStream.builder();
    Words.split(text, word -> tokens.add(id(word)));
    return tokens.build().toArray();
  }

  private int id(String word) {
    int id = ids.getOrDefault(word, unknown);
    if (id == NONE) {
      throw new UserException(
          "unknown word \"%s\": a word-level tokenizer knows only the %d words of its data"
              .formatted(OneLine.quote(word), words.size()));
    }
    return id;
  }

  /** The words with spaces between them, but none before {@code , . ? !} and {@code 's}. */
  @Override
  public String decode(int[] tokens) {
    StringBuilder text = new StringBuilder();
    for (int token : tokens) {
      if (token != END_ID) {
        String word = words.get(token);
        boolean joined = text.isEmpty() || JOINED.matcher(word).lookingAt();
        text.append(joined ? "" : " ").append(word);
      }
    }
    return text.toString();
  }

  @Override
  public int vocabulary() {
    return words.size();
  }

  @Override
  public int endOfText() {
    return END_ID;
  }

  /** The word of every id. */
  List<String> words() {
    return words;
  }

  /** The word that stands for all unknown ones, if there is one. */
  Optional<String> unknown() {
    return unknown == NONE ? Optional.empty() : Optional.of(words.get(unknown));
  }

  @Override
  public void save(Path folder) {
    WordTokenizerFile.write(this, folder);
  }
}
