package palimpsest.continual;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import palimpsest.base.RandomStream;
import palimpsest.data.Question;

/** Stored questions of earlier tasks, never more than there is room for. */
final class Memory {
  private final List<Row> rows = new ArrayList<>();
  private int capacity;

  /** Room for so many questions. */
  Memory(int capacity) {
    this.capacity = capacity;
  }

  /** Makes more room. */
  void grow(int by) {
    capacity += by;
  }

  void add(Row row) {
    if (rows.size() == capacity) {
      throw new IllegalStateException("a memory of %d questions is full".formatted(capacity));
    }
    rows.add(row);
  }

  /** Puts a row in another's place. */
  void replace(int index, Row row) {
    rows.set(index, row);
  }

  /** Forgets everything. */
  void clear() {
    rows.clear();
  }

  int size() {
    return rows.size();
  }

  Row get(int index) {
    return rows.get(index);
  }

  List<Row> rows() {
    return List.copyOf(rows);
  }

  /** So many rows, drawn uniformly and with replacement; none from an empty memory. */
  List<Row> draw(int count, RandomGenerator random) {
    var drawn = new ArrayList<Row>();
    for (int i = 0; i < count && !rows.isEmpty(); i++) {
      drawn.add(rows.get(random.nextInt(rows.size())));
    }
    return drawn;
  }

  /** So many different indices below {@code available}, in random order. */
  static int[] choice(int count, int available, RandomGenerator random) {
    int[] all = new int[available];
    Arrays.setAll(all, i -> i);
    RandomStream.shuffle(all, random);
    return Arrays.copyOf(all, count);
  }

  Occupancy occupancy() {
    return new Occupancy(rows.size(), capacity);
  }

  /** Of the token ids. */
  long bytes() {
    return rows.stream().mapToLong(row -> (long) Integer.BYTES * row.question().length()).sum();
  }

  StrategyState state() {
    return new StrategyState()
        .put("capacity", capacity)
        .put("task", ints(Row::task))
        .put("subject", ints(row -> row.question().subject()))
        .put("prompt_length", ints(row -> row.question().promptIds().length))
        .put("answer_length", ints(row -> row.question().answerIds().length))
        .put("ids", rows.stream().flatMapToInt(row -> Arrays.stream(ids(row))).toArray())
        .put("text", rows.stream().flatMap(Memory::texts).toList());
  }

  void load(StrategyState state) {
    rows.clear();
    capacity = (int) state.number("capacity");
    int[] task = state.ints("task");
    int[] subject = state.ints("subject");
    int[] promptLength = state.ints("prompt_length");
    int[] answerLength = state.ints("answer_length");
    int[] ids = state.ints("ids");
    List<String> text = state.texts("text");
    int at = 0;
    for (int i = 0; i < task.length; i++) {
      int[] prompt = Arrays.copyOfRange(ids, at, at += promptLength[i]);
      int[] answer = Arrays.copyOfRange(ids, at, at += answerLength[i]);
      var question =
          new Question(
              subject[i],
              text.get(3 * i),
              text.get(3 * i + 1),
              text.get(3 * i + 2),
              prompt,
              answer);
      rows.add(new Row(question, task[i]));
    }
  }

  private int[] ints(ToIntFunction<Row> of) {
    return rows.stream().mapToInt(of).toArray();
  }

  private static int[] ids(Row row) {
    int[] prompt = row.question().promptIds();
    int[] answer = row.question().answerIds();
    int[] all = Arrays.copyOf(prompt, prompt.length + answer.length);
    System.arraycopy(answer, 0, all, prompt.length, answer.length);
    return all;
  }

  private static Stream<String> texts(Row row) {
    Question question = row.question();
    return Stream.of(question.attribute(), question.prompt(), question.answer());
  }
}
