package palimpsest.continual;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import palimpsest.base.CountedRandom;
import palimpsest.data.AnswerKey;
import palimpsest.data.Question;
import palimpsest.data.TextBatches;
import palimpsest.train.Objective;
import palimpsest.train.Sampling;
import palimpsest.train.Term;

/**
 * Language modelling for lifelong learning (Sun, Ho, Lee 2020), with the general token: beside
 * answering, the model learns to write whole questions with their answers, {@code L_answers + λ
 * L_texts}, from task 0 on. Before a later task it writes as many pseudo-samples as {@code γ} times
 * the task's questions, drawing from its k likeliest tokens; those that are no question are
 * discarded, the others are shuffled among the new questions.
 *
 * <p>The general token is the end token, which stands before every text of pretraining as well: so
 * the model's vocabulary stays as it is. Of the pseudo-samples is noted how many of those written
 * were valid, how many of the valid ones different, and how many of the valid ones true: asked of
 * somebody in an earlier task, and answered rightly.
 */
final class Lamol implements Strategy {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "lamol",
              List.of(
                  new Parameter.Share("ratio", "r", 0.2, false, true),
                  new Parameter.Strength("weight", "w", 0.25),
                  new Parameter.Size("top", "k", 20, 1, 1_000_000)),
              "Learns to write questions too, from task 0 on, with weight w; then replays r times"
                  + " as many as a task has that it wrote itself, drawn from its k likeliest"
                  + " tokens.");
        }

        @Override
        public List<String> examples() {
          return List.of("lamol", "lamol:0.5:weight=1:top=5");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.None("it learns to write questions from task 0 on");
        }

        @Override
        public OldData oldData(Values values) {
          return OldData.GENERATED;
        }

        @Override
        public Course course(Values values) {
          return Course.ALL_TASKS;
        }

        @Override
        public double stepCost(Values values, Setting setting) {
          return 2; // every row is read twice: for its answer, and as a text
        }

        @Override
        public Strategy begin(Values values) {
          return new Lamol(
              values.share("ratio"), values.number("weight"), new Sampling(1, values.count("top")));
        }
      };

  /** Texts written at once. */
  private static final int AT_ONCE = 64;

  /** So many times the texts that are wanted are written at most. */
  private static final int PATIENCE = 5;

  private final double ratio;
  private final double weight;
  private final Sampling sampling;

  /** Of the tasks before the one that is learned. */
  private final Map<String, Double> earlierNotes = new TreeMap<>();

  private final Map<String, Double> notes = new TreeMap<>();
  private final List<Row> written = new ArrayList<>();

  /** Of the task before, to know what the model writes; null before the first. */
  private SampleFormat known;

  /** Of the task that is learned. */
  private SampleFormat format;

  private int capacity;
  private CountedRandom order;
  private Epochs epochs;

  private Lamol(double ratio, double weight, Sampling sampling) {
    this.ratio = ratio;
    this.weight = weight;
    this.sampling = sampling;
  }

  @Override
  public void beforeTask(TaskContext task) {
    written.clear();
    capacity = 0;
    if (known != null) {
      write(task);
    }
    format = SampleFormat.of(task.training());
    order = task.random("lamol", "order");
    epochs = new Epochs(written, task.training().size(), order);
  }

  private void write(TaskContext task) {
    RandomGenerator random = task.random("lamol", "write");
    capacity = (int) Math.max(1, Math.round(ratio * task.training().size()));
    int texts = 0;
    while (written.size() < capacity && texts < PATIENCE * capacity) {
      int count = Math.min(AT_ONCE, PATIENCE * capacity - texts);
      texts += count;
      task.pupil().write(known.end(), count, known.longest(), sampling, random).stream()
          .flatMap(text -> known.parse(text).stream())
          .forEach(question -> written.add(new Row(question, task.task() - 1)));
    }
    String where = ".task" + task.task();
    notes.put("valid_samples" + where, written.size() / (double) texts);
    while (written.size() > capacity) {
      written.removeLast();
    }
    if (!written.isEmpty()) {
      judge(task, where);
    }
  }

  private void judge(TaskContext task, String where) {
    AnswerKey key = task.key().get();
    Set<List<Integer>> different = new HashSet<>();
    int right = 0;
    for (Row row : written) {
      different.add(Arrays.stream(text(row.question())).boxed().toList());
      int[] answer = row.question().answerIds();
      right +=
          key.answer(row.question().promptIds()).filter(a -> Arrays.equals(a, answer)).isPresent()
              ? 1
              : 0;
    }
    notes.put("unique_samples" + where, different.size() / (double) written.size());
    notes.put("correct_samples" + where, right / (double) written.size());
  }

  @Override
  public List<Row> compose(int rows, TaskContext task) {
    return epochs.next(rows);
  }

  @Override
  public List<Term> terms(StepRows rows, TaskContext task) {
    if (weight == 0) {
      return List.of();
    }
    var texts = new ArrayList<int[]>();
    rows.own().forEach(question -> texts.add(text(question)));
    rows.added().forEach(row -> texts.add(text(row.question())));
    var batch = TextBatches.of(format.end(), texts);
    return List.of(new Term("lamol texts", batch, Objective.TARGETS, weight));
  }

  /** Prompt and answer, with its end. */
  private static int[] text(Question question) {
    return IntStream.concat(
            Arrays.stream(question.promptIds()), Arrays.stream(question.answerIds()))
        .toArray();
  }

  @Override
  public void afterTask(TaskContext task) {
    written.clear();
    capacity = 0;
    known = SampleFormat.of(task.training());
    earlierNotes.putAll(notes);
  }

  @Override
  public Occupancy occupancy() {
    return new Occupancy(written.size(), capacity);
  }

  @Override
  public Map<String, Double> notes() {
    return Map.copyOf(notes);
  }

  @Override
  public StrategyState state() {
    var state = new StrategyState().put("notes", List.copyOf(earlierNotes.keySet()));
    earlierNotes.forEach((name, value) -> state.put("note." + name, value));
    return known == null ? state : state.put("format", known.state());
  }

  @Override
  public void load(StrategyState state) {
    earlierNotes.clear();
    state.texts("notes").forEach(name -> earlierNotes.put(name, state.number("note." + name)));
    notes.clear();
    notes.putAll(earlierNotes);
    known = state.has("format/end") ? SampleFormat.load(state.within("format")) : null;
  }

  @Override
  public StrategyState midway() {
    return epochs.midway().put("drawn", order);
  }

  @Override
  public void goOn(StrategyState midway) {
    epochs.goOn(midway);
    midway.goOn("drawn", order);
  }

  @Override
  public long extraBytes() {
    return written.stream().mapToLong(row -> (long) Integer.BYTES * row.question().length()).sum();
  }
}
