package palimpsest.continual;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;
import palimpsest.data.Question;
import palimpsest.data.QuestionBatches;
import palimpsest.model.FreezePlan;
import palimpsest.model.Insert;
import palimpsest.model.ModelConfig;
import palimpsest.train.Pupil;
import palimpsest.train.Scored;

/**
 * A branch for every task: an insert that is trained on the model as task 0 left it, and kept. Task
 * 0's branch is that model itself. What a question is answered with is decided by its task, or by
 * the task that the model takes it for:
 *
 * <ul>
 *   <li>{@code id=known}: by its task. What belongs to no task, or to one that has not been
 *       learned, is answered by the model itself.
 *   <li>{@code id=perplexity}: by the branch under which the words of the question have the lowest
 *       mean loss.
 *   <li>{@code id=entropy}: by the branch that is surest of the answer's first token: the lowest
 *       entropy.
 * </ul>
 *
 * Of equal branches the earliest answers. How often an inferred task was the right one is noted.
 * The weights on disk, with which the recovery test begins, are those with the branch of the task
 * that was learned last.
 */
final class Isolation implements Strategy {
  /** Questions whose logits are held at once. */
  private static final int AT_ONCE = 256;

  private static final String KNOWN = "known";
  private static final String PERPLEXITY = "perplexity";
  private static final String ENTROPY = "entropy";
  private static final List<String> BRANCHES = List.of("lora", "adapter", "prompt");

  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "isolation",
              List.of(
                  new Parameter.Size("size", "n", null, 1, 1024),
                  new Parameter.Choice("branch", "b", "lora", BRANCHES),
                  new Parameter.Choice("id", "i", KNOWN, List.of(KNOWN, PERPLEXITY, ENTROPY)),
                  new Parameter.Positive("rate", "f", Lora.RATE)),
              "Trains a branch for each task (lora of rank n, adapter of n units, prompt of n"
                  + " vectors) and answers with the branch of the question's task.");
        }

        @Override
        public Optional<String> misfit(Values values, Setting setting) {
          return values.choice("branch").equals("prompt")
              ? PromptTuning.tooLong(values.count("size"), setting)
              : Optional.empty();
        }

        @Override
        public Optional<String> clash(StrategyKind other) {
          return Inserts.clash(other);
        }

        @Override
        public List<String> examples() {
          return List.of(
              "isolation:4",
              "isolation:4:id=perplexity",
              "isolation:3:branch=adapter:id=entropy",
              "isolation:2:branch=prompt");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.None("what it trains beside the model would be gone: nothing is left");
        }

        @Override
        public Strategy begin(Values values) {
          int size = values.count("size");
          Insert insert =
              switch (values.choice("branch")) {
                case "lora" -> new Insert.LowRank(size, Lora.ALPHA);
                case "adapter" -> new Insert.Adapter(size);
                default -> new Insert.Prompt(size);
              };
          return new Isolation(insert, values.choice("id"), values.number("rate"));
        }
      };

  private final Insert insert;
  private final String rule;
  private final double rate;

  /** Of task 1, task 2, … */
  private final List<float[]> branches = new ArrayList<>();

  /**
   * The model's own weights, where a saved model has a branch merged into them; null before the
   * first task is over.
   */
  private float[] own;

  /** The task whose branch is being trained; 0 for none. */
  private int learning;

  private long parameters;

  /** By task: questions whose task was inferred since the last task ended, and rightly. */
  private final Map<Integer, int[]> inferred = new TreeMap<>();

  private Isolation(Insert insert, String rule, double rate) {
    this.insert = insert;
    this.rule = rule;
    this.rate = rate;
  }

  @Override
  public void beforeTask(TaskContext task) {
    Pupil pupil = task.pupil();
    ModelConfig config = pupil.layout().config();
    parameters = Inserts.size(config, insert);
    if (own != null && pupil.layout().insert().equals(Insert.none())) {
      pupil.restore(own);
    }
    float[] values =
        insert instanceof Insert.Prompt prompt
            ? Inserts.words(task, prompt, task.random("isolation", "words"))
            : Inserts.still(config, insert, task.random("isolation", "branch"));
    pupil.insert(insert, values);
    learning = task.task();
  }

  @Override
  public FreezePlan trainable(TaskContext task) {
    return FreezePlan.OWN;
  }

  @Override
  public double rate() {
    return rate;
  }

  @Override
  public void afterTask(TaskContext task) {
    if (learning > 0) {
      branches.add(task.pupil().inserted());
      learning = 0;
    }
    inferred.clear();
    if (own == null && insert instanceof Insert.LowRank) {
      own = task.pupil().copy();
    }
  }

  /** What each task is answered with; null for the model itself. */
  private List<float[]> choices(Pupil pupil) {
    List<float[]> choices = new ArrayList<>();
    choices.add(null);
    choices.addAll(branches);
    if (learning > 0) {
      choices.add(pupil.inserted());
    }
    return choices;
  }

  @Override
  public Optional<List<Scored>> answer(List<Question> questions, OptionalInt task, Pupil pupil) {
    List<float[]> choices = choices(pupil);
    if (choices.size() == 1) {
      return Optional.empty();
    }
    int[] chosen = new int[questions.size()];
    if (rule.equals(KNOWN)) {
      Arrays.fill(
          chosen, task.isPresent() && task.getAsInt() < choices.size() ? task.getAsInt() : 0);
    } else {
      chosen = infer(questions, choices, pupil);
      if (task.isPresent()) {
        note(task.getAsInt(), chosen);
      }
    }
    return Optional.of(answered(questions, chosen, choices, pupil));
  }

  private static List<Scored> answered(
      List<Question> questions, int[] chosen, List<float[]> choices, Pupil pupil) {
    Scored[] scored = new Scored[questions.size()];
    for (int choice = 0; choice < choices.size(); choice++) {
      int of = choice;
      int[] mine = IntStream.range(0, chosen.length).filter(i -> chosen[i] == of).toArray();
      if (mine.length > 0) {
        List<Question> asked = Arrays.stream(mine).mapToObj(questions::get).toList();
        List<Scored> answers = pupil.with(choices.get(choice), () -> pupil.score(asked));
        for (int i = 0; i < mine.length; i++) {
          scored[mine[i]] = answers.get(i);
        }
      }
    }
    return List.of(scored);
  }

  /** The task that each question is taken for. */
  private int[] infer(List<Question> questions, List<float[]> choices, Pupil pupil) {
    int[] chosen = new int[questions.size()];
    double[] best = new double[questions.size()];
    Arrays.fill(best, Double.POSITIVE_INFINITY);
    for (int choice = 0; choice < choices.size(); choice++) {
      double[] doubt =
          pupil.with(
              choices.get(choice),
              () ->
                  rule.equals(PERPLEXITY)
                      ? promptLosses(questions, pupil)
                      : entropies(questions, pupil));
      for (int i = 0; i < chosen.length; i++) {
        if (doubt[i] < best[i]) {
          best[i] = doubt[i];
          chosen[i] = choice;
        }
      }
    }
    return chosen;
  }

  /** Mean loss over the words of each question, its first one left out. */
  private static double[] promptLosses(List<Question> questions, Pupil pupil) {
    List<Question> prompts =
        questions.stream()
            .map(
                question -> {
                  int[] ids = question.promptIds();
                  int known = Math.min(1, ids.length - 1);
                  return new Question(
                      question.subject(),
                      question.attribute(),
                      question.prompt(),
                      question.answer(),
                      Arrays.copyOf(ids, known),
                      Arrays.copyOfRange(ids, known, ids.length));
                })
            .toList();
    return pupil.score(prompts).stream().mapToDouble(Scored::loss).toArray();
  }

  /** Entropy of what each question's answer may begin with. */
  private static double[] entropies(List<Question> questions, Pupil pupil) {
    double[] all = new double[questions.size()];
    for (int first = 0; first < all.length; first += AT_ONCE) {
      List<Question> some = questions.subList(first, Math.min(first + AT_ONCE, all.length));
      double[] entropies = entropiesAtOnce(some, pupil);
      System.arraycopy(entropies, 0, all, first, entropies.length);
    }
    return all;
  }

  private static double[] entropiesAtOnce(List<Question> questions, Pupil pupil) {
    List<Question> first =
        questions.stream()
            .map(
                question ->
                    new Question(
                        question.subject(),
                        question.attribute(),
                        question.prompt(),
                        question.answer(),
                        question.promptIds(),
                        Arrays.copyOf(question.answerIds(), 1)))
            .toList();
    float[] logits = pupil.logits(QuestionBatches.of(first));
    int vocabulary = logits.length / questions.size();
    return IntStream.range(0, questions.size())
        .mapToDouble(i -> entropy(logits, i * vocabulary, vocabulary))
        .toArray();
  }

  /** {@code log Z − Σ p_v logit_v} of the softmax of some logits. */
  static double entropy(float[] logits, int first, int count) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int v = first; v < first + count; v++) {
      largest = Math.max(largest, logits[v]);
    }
    double sum = 0;
    double weighted = 0;
    for (int v = first; v < first + count; v++) {
      double above = logits[v] - largest;
      sum += Math.exp(above);
      weighted += Math.exp(above) * above;
    }
    return Math.log(sum) - weighted / sum;
  }

  private void note(int task, int[] chosen) {
    int[] counts = inferred.computeIfAbsent(task, _ -> new int[2]);
    counts[0] += chosen.length;
    counts[1] += Math.toIntExact(Arrays.stream(chosen).filter(choice -> choice == task).count());
  }

  @Override
  public Map<String, Double> notes() {
    var notes = new TreeMap<String, Double>();
    inferred.forEach(
        (task, counts) ->
            notes.put("task_id_accuracy.task" + task, counts[1] / (double) counts[0]));
    return notes;
  }

  @Override
  public StrategyState state() {
    var state = new StrategyState().put("branches", branches.size());
    if (own != null) {
      state.put("own", own);
    }
    for (int i = 0; i < branches.size(); i++) {
      state.put("task" + (i + 1), branches.get(i));
    }
    return state;
  }

  @Override
  public void load(StrategyState state) {
    own = state.has("own") ? state.floats("own") : null;
    branches.clear();
    for (int i = 0; i < state.number("branches"); i++) {
      branches.add(state.floats("task" + (i + 1)));
    }
  }

  @Override
  public StrategyState midway() {
    var midway = new StrategyState();
    midway.put("inferred", inferred.keySet().stream().mapToInt(Integer::intValue).toArray());
    inferred.forEach((task, counts) -> midway.put("task" + task, counts));
    return midway;
  }

  @Override
  public void goOn(StrategyState midway) {
    inferred.clear();
    for (int task : midway.ints("inferred")) {
      inferred.put(task, midway.ints("task" + task));
    }
  }

  @Override
  public long addedParameters() {
    return parameters * branches.size();
  }

  @Override
  public long extraBytes() {
    long kept = own == null ? 0 : own.length;
    return Float.BYTES * (kept + branches.stream().mapToLong(branch -> branch.length).sum());
  }
}
