package palimpsest.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import palimpsest.data.Batch;
import palimpsest.data.BatchSource;
import palimpsest.data.Place;
import palimpsest.data.Question;
import palimpsest.data.Tokenizer;

/** Questions that {@link FakeModel} understands: 10 people to train on, 5 dev, 20 test, 10 new. */
final class FakeStream implements TaskStream {
  /** Nobody reads a text of this stream; a forecast wants to know how many ids there are. */
  private static final Tokenizer TOKENIZER =
      new Tokenizer() {
        @Override
        public int[] encode(String text) {
          throw new UnsupportedOperationException();
        }

        @Override
        public String decode(int[] ids) {
          throw new UnsupportedOperationException();
        }

        @Override
        public int vocabulary() {
          return 100;
        }

        @Override
        public int endOfText() {
          throw new UnsupportedOperationException();
        }

        @Override
        public void save(Path folder) {
          throw new UnsupportedOperationException();
        }
      };

  private static final int ATTRIBUTES = 5;

  private final int later;

  /** Two tasks. */
  FakeStream() {
    this(1);
  }

  /**
   * @param later tasks with 10 new people each
   */
  FakeStream(int later) {
    this.later = later;
  }

  @Override
  public Tokenizer tokenizer() {
    return TOKENIZER;
  }

  @Override
  public BatchSource pretraining() {
    int[] tokens = new int[8];
    Arrays.fill(tokens, -1);
    return new BatchSource() {
      private int taken;

      @Override
      public Batch next() {
        taken++;
        return new Batch(2, 4, tokens, new int[8]);
      }

      @Override
      public Place place() {
        return new Place(0, taken);
      }

      @Override
      public void goTo(Place place) {
        taken = place.taken();
      }
    };
  }

  @Override
  public List<Task> tasks() {
    var tasks = new ArrayList<Task>();
    tasks.add(
        new Task(
            0,
            "old",
            Task.Kind.GENERALISE,
            questions(0, 10),
            questions(100, 5),
            questions(200, 20)));
    for (int number = 1; number <= later; number++) {
      int first = FakeModel.FIRST_NEW * number;
      tasks.add(
          new Task(number, "new", Task.Kind.MEMORISE, questions(first, 10), List.of(), List.of()));
    }
    return tasks;
  }

  @Override
  public List<Question> recall() {
    return List.of(question(-1));
  }

  private static List<Question> questions(int first, int people) {
    return IntStream.range(first, first + ATTRIBUTES * people)
        .mapToObj(FakeStream::question)
        .toList();
  }

  private static Question question(int number) {
    int answer = number < 0 ? 1 : 1 + number / ATTRIBUTES % 2; // half of all answers are the same
    return new Question(
        number / ATTRIBUTES,
        "attribute" + number % ATTRIBUTES,
        "question " + number,
        "answer " + answer,
        new int[] {number},
        new int[] {answer, 3});
  }
}
