package palimpsest.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import palimpsest.base.RandomStream;

/**
 * Questions without end: epoch after epoch, each in an order of its own. A batch that an epoch
 * cannot fill goes on with the next one's first, so that all batches have the same rows.
 */
public final class QuestionBatches {
  private final List<Question> questions;
  private final RandomGenerator random;
  private final int[] order;
  private int epoch = -1;
  private int taken;

  /** Draws its orders from a stream of the seed and the purpose alone. */
  public QuestionBatches(List<Question> questions, long seed, String... purpose) {
    if (questions.isEmpty()) {
      throw new IllegalArgumentException("no questions to make batches of");
    }
    this.questions = List.copyOf(questions);
    this.random = RandomStream.of(seed, purpose);
    this.order = new int[questions.size()];
    Arrays.setAll(order, i -> i);
    this.taken = order.length; // the first call begins an epoch
  }

  /** The next questions, any number of them. */
  public List<Question> take(int count) {
    List<Question> next = new ArrayList<>(count);
    while (next.size() < count) {
      if (taken == order.length) {
        beginEpoch();
      }
      next.add(questions.get(order[taken++]));
    }
    return next;
  }

  private void beginEpoch() {
    RandomStream.shuffle(order, random);
    epoch++;
    taken = 0;
  }

  /** How many of which epoch's questions have been taken. */
  public Place place() {
    return new Place(epoch, taken);
  }

  /** Goes to a {@link #place} that is not behind, as if the questions before it had been taken. */
  public void goTo(Place place) {
    if (place.epoch() < epoch || place.taken() > order.length) {
      throw new IllegalArgumentException(
          "%s of %d questions, seen from %s".formatted(place, order.length, place()));
    }
    while (epoch < place.epoch()) {
      beginEpoch();
    }
    taken = place.taken();
  }

  /** Its batches of B rows. */
  public BatchSource ofRows(int rows) {
    return new BatchSource() {
      @Override
      public Batch next() {
        return QuestionBatches.this.next(rows);
      }

      @Override
      public Place place() {
        return QuestionBatches.this.place();
      }

      @Override
      public void goTo(Place place) {
        QuestionBatches.this.goTo(place);
      }
    };
  }

  /** The next batch of B rows. */
  public Batch next(int rows) {
    return of(take(rows));
  }

  /**
   * One row a question, padded on the right to the longest; answer and end tokens count, nothing
   * else. A row has every token but its last one, which nothing would be predicted from: T is the
   * longest {@link Question#length()} less 1.
   */
  public static Batch of(List<Question> questions) {
    int length = questions.stream().mapToInt(Question::length).max().orElseThrow() - 1;
    int[] tokens = new int[questions.size() * length];
    int[] targets = new int[tokens.length];
    Arrays.fill(targets, Batch.IGNORED);
    for (int row = 0; row < questions.size(); row++) {
      int[] prompt = questions.get(row).promptIds();
      int[] answer = questions.get(row).answerIds();
      int start = row * length;
      int answerStart = start + prompt.length;
      System.arraycopy(prompt, 0, tokens, start, prompt.length);
      System.arraycopy(answer, 0, tokens, answerStart, answer.length - 1);
      System.arraycopy(answer, 0, targets, answerStart - 1, answer.length);
    }
    return new Batch(questions.size(), length, tokens, targets);
  }
}
