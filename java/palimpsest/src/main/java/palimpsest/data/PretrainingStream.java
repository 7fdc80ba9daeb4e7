package palimpsest.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import palimpsest.base.RandomStream;

/**
 * Biographies without end. Every epoch they are shuffled anew, each followed by the end token,
 * joined into one stream and cut into chunks of T; the chunks are shuffled too. The loss is on
 * every token of a chunk but at its last position (what follows it is in another chunk); attention
 * may cross from one biography into the next. The last chunk of an epoch is padded.
 *
 * <p>Epoch e depends on (seed, e) alone.
 */
public final class PretrainingStream implements BatchSource {
  private final List<Person> people;
  private final Biographies biographies;
  private final Tokenizer tokenizer;
  private final long seed;
  private final boolean maskAfterEnd;
  private final List<int[]> fixed; // empty if every epoch has fresh texts
  private final Batch batch;
  private final double meanTokens;

  private int[] stream;
  private int[] chunks;
  private int epoch;
  private int nextChunk;

  /**
   * A stream of batches {@code [rows, length]}.
   *
   * @param maskAfterEnd whether the token that follows an end token does not count (as in the
   *     paper: nothing can be known of it)
   */
  public PretrainingStream(
      List<Person> people,
      BiographySpec spec,
      Tokenizer tokenizer,
      long seed,
      int rows,
      int length,
      boolean maskAfterEnd) {
    if (people.isEmpty() || rows < 1 || length < 2) {
      throw new IllegalArgumentException(
          "%d people in batches of %d x %d".formatted(people.size(), rows, length));
    }
    this.people = List.copyOf(people);
    this.biographies = new Biographies(spec);
    this.tokenizer = tokenizer;
    this.seed = seed;
    this.maskAfterEnd = maskAfterEnd;
    this.fixed = spec.fresh() ? List.of() : fixedTexts();
    this.batch = new Batch(rows, length, new int[rows * length], new int[rows * length]);
    beginEpoch(0);
    this.meanTokens = stream.length / (double) (spec.fresh() ? people.size() : fixed.size());
  }

  /** The next batch. Its arrays are this stream's own: they hold until the next call. */
  @Override
  public Batch next() {
    for (int row = 0; row < batch.rows(); row++) {
      if (nextChunk == chunks.length) {
        beginEpoch(epoch + 1);
      }
      copyChunk(chunks[nextChunk++], row);
    }
    return batch;
  }

  /** Tokens of the running epoch, end tokens included, padding not. */
  public long epochTokens() {
    return stream.length;
  }

  /** Mean tokens of a biography with its end token, over the first epoch. */
  public double tokensPerBiography() {
    return meanTokens;
  }

  /** Biographies seen of each person, on average, after a number of steps. */
  public double exposures(long steps) {
    return steps * (double) batch.tokens().length / (people.size() * meanTokens);
  }

  private List<int[]> fixedTexts() {
    List<int[]> texts = new ArrayList<>();
    for (Person person : people) {
      for (String text : biographies.fixed(person, seed)) {
        texts.add(tokenizer.encode(text));
      }
    }
    return texts;
  }

  /** The running epoch, and the chunks taken of it. */
  @Override
  public Place place() {
    return new Place(epoch, nextChunk);
  }

  @Override
  public void goTo(Place place) {
    if (place.epoch() != epoch) {
      beginEpoch(place.epoch());
    }
    if (place.taken() < 0 || place.taken() > chunks.length) {
      throw new IllegalArgumentException("%s of %d chunks".formatted(place, chunks.length));
    }
    nextChunk = place.taken();
  }

  private void beginEpoch(int number) {
    epoch = number;
    RandomGenerator random = randomOf(seed, epoch);
    List<int[]> texts = fixed.isEmpty() ? freshTexts(random) : fixed;
    stream = joined(texts, Orders.shuffled(texts.size(), random));
    chunks = Orders.shuffled((stream.length + batch.length() - 1) / batch.length(), random);
    nextChunk = 0;
  }

  /** What an epoch draws from: first everybody's fresh texts, then the orders. */
  static RandomGenerator randomOf(long seed, int epoch) {
    return RandomStream.of(seed, "pretrain", Integer.toString(epoch));
  }

  private List<int[]> freshTexts(RandomGenerator random) {
    List<int[]> texts = new ArrayList<>(people.size());
    for (Person person : people) {
      texts.add(tokenizer.encode(biographies.fresh(person, random)));
    }
    return texts;
  }

  private int[] joined(List<int[]> texts, int[] order) {
    int[] all = new int[Math.toIntExact(texts.stream().mapToLong(text -> text.length + 1L).sum())];
    int end = 0;
    for (int index : order) {
      int[] text = texts.get(index);
      System.arraycopy(text, 0, all, end, text.length);
      end += text.length;
      all[end++] = tokenizer.endOfText();
    }
    return all;
  }

  private void copyChunk(int chunk, int row) {
    int length = batch.length();
    int from = chunk * length;
    int present = Math.min(length, stream.length - from);
    int at = row * length;
    int[] tokens = batch.tokens();
    int[] targets = batch.targets();
    System.arraycopy(stream, from, tokens, at, present);
    Arrays.fill(tokens, at + present, at + length, tokenizer.endOfText());
    System.arraycopy(stream, from + 1, targets, at, present - 1);
    Arrays.fill(targets, at + present - 1, at + length, Batch.IGNORED);
    if (maskAfterEnd) {
      for (int i = at; i < at + present; i++) {
        targets[i] = tokens[i] == tokenizer.endOfText() ? Batch.IGNORED : targets[i];
      }
    }
  }
}
