package palimpsest.analysis.inference;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.Deflater;
import palimpsest.data.Draft;
import palimpsest.data.Passage;
import palimpsest.data.Person;
import palimpsest.data.Tokenizer;

/**
 * What a model is asked to read of one person: a biography, and the same one told wrongly in
 * several ways. Whoever was trained on should make the model mind the difference.
 *
 * @param biography token ids, the end token first
 * @param roles of each token but the first
 * @param deflatedBytes of the text, compressed: how much there is to say
 * @param wrong token ids for each {@link Wrong}
 */
public record PersonTexts(
    int[] biography, List<Passage.Role> roles, int deflatedBytes, List<int[]> wrong) {
  /** Share of the words left out. */
  private static final double LEFT_OUT = 0.1;

  /** How a biography is told wrongly. */
  public enum Wrong {
    /** With the values of a stranger. */
    FACTS,
    /** With the name of a stranger. */
    NAME,
    /** With a tenth of its words left out. */
    WORDS
  }

  /**
   * A person's texts.
   *
   * @param draft the wording
   * @param stranger lends values and a name
   * @param positions the most that the model reads at once, T
   */
  public static PersonTexts of(
      Draft draft,
      Person person,
      Person stranger,
      Tokenizer tokenizer,
      int positions,
      RandomGenerator random) {
    Passage told = draft.of(person);
    List<Passage.Role> roles = new ArrayList<>();
    for (Passage.Piece piece : told.pieces()) {
      for (int i = tokenizer.encode(piece.text()).length; i > 0; i--) {
        roles.add(piece.role());
      }
    }
    int[] biography = ids(told, tokenizer, positions);
    return new PersonTexts(
        biography,
        roles.subList(0, biography.length - 1),
        deflated(told.text()),
        List.of(
            ids(draft.of(withFacts(person, stranger)), tokenizer, positions),
            ids(draft.of(withFacts(stranger, person)), tokenizer, positions),
            thinned(biography, random)));
  }

  /** Somebody with the name of one person and the values of another. */
  private static Person withFacts(Person named, Person known) {
    return new Person(
        named.id(), named.first(), named.middle(), named.last(), named.female(), known.values());
  }

  /** The end token and the text, cut where the model's positions end. */
  private static int[] ids(Passage passage, Tokenizer tokenizer, int positions) {
    int[] text = tokenizer.encode(passage.text());
    int[] ids = new int[1 + Math.min(text.length, positions)];
    ids[0] = tokenizer.endOfText();
    System.arraycopy(text, 0, ids, 1, ids.length - 1);
    return ids;
  }

  private static int[] thinned(int[] ids, RandomGenerator random) {
    int[] kept = new int[ids.length];
    int count = 0;
    for (int i = 0; i < ids.length; i++) {
      if (i < 2 || random.nextDouble() >= LEFT_OUT) { // two tokens at least: one to predict
        kept[count++] = ids[i];
      }
    }
    return Arrays.copyOf(kept, count);
  }

  private static int deflated(String text) {
    try (var deflater = new Deflater()) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      deflater.setInput(bytes);
      deflater.finish();
      return deflater.deflate(new byte[bytes.length + 100]);
    }
  }
}
