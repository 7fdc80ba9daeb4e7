package palimpsest.continual;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import palimpsest.base.CountedRandom;
import palimpsest.data.QuestionBatches;
import palimpsest.train.Objective;
import palimpsest.train.Pupil;
import palimpsest.train.Term;

/**
 * Dark experience replay (Buzzega et al. 2020): a reservoir of old questions with the logits the
 * model gave at the end of their task. To each step's loss come {@code α} times the mean squared
 * error to stored logits, over tokens and vocabulary, and {@code β} times the loss of stored
 * answers, on two draws of as many questions as the step has of its own. {@code
 * der++:alpha=0:beta=0} is {@code seq}.
 */
final class DerPlusPlus implements Strategy {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "der++",
              List.of(
                  new Parameter.Count("buffer", "n", 200),
                  new Parameter.Strength("alpha", "a", 0.5),
                  new Parameter.Strength("beta", "b", 0.5)),
              "Stores n old questions with their logits; adds a times the squared error to stored"
                  + " logits and b times the loss of stored answers.");
        }

        @Override
        public List<String> examples() {
          return List.of("der++", "der++:20:alpha=1:beta=0", "der++:20:alpha=0:beta=0.3");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.Form("der++:alpha=0:beta=0");
        }

        @Override
        public OldData oldData(Values values) {
          return OldData.STORED;
        }

        @Override
        public double stepCost(Values values, Setting setting) {
          return 3; // two draws of as many questions
        }

        @Override
        public Strategy begin(Values values) {
          return new DerPlusPlus(
              values.count("buffer"), values.number("alpha"), values.number("beta"));
        }
      };

  /** Questions whose logits are computed at once. */
  private static final int AT_ONCE = 64;

  private final QuestionReservoir stored;
  private final List<float[]> logits = new ArrayList<>();
  private final double alpha;
  private final double beta;
  private CountedRandom draws;

  private DerPlusPlus(int buffer, double alpha, double beta) {
    this.stored = new QuestionReservoir(buffer);
    this.alpha = alpha;
    this.beta = beta;
  }

  @Override
  public void beforeTask(TaskContext task) {
    draws = task.random("der++", "draw");
  }

  @Override
  public List<Term> terms(StepRows rows, TaskContext task) {
    if (stored.size() == 0) {
      return List.of();
    }
    var terms = new ArrayList<Term>();
    if (alpha > 0) {
      terms.add(logitTerm(rows.own().size()));
    }
    if (beta > 0) {
      List<Row> drawn = stored.draw(rows.own().size(), draws);
      var batch = QuestionBatches.of(drawn.stream().map(Row::question).toList());
      terms.add(new Term("der++ answers", batch, Objective.TARGETS, beta));
    }
    return terms;
  }

  private Term logitTerm(int count) {
    int[] places = draws.ints(count, 0, stored.size()).toArray();
    var batch =
        QuestionBatches.of(
            Arrays.stream(places).mapToObj(place -> stored.get(place).question()).toList());
    float[] wanted = concatenated(Arrays.stream(places).mapToObj(logits::get).toList());
    int vocabulary = wanted.length / batch.counted();
    var error = new Objective.SquaredError(wanted);
    return new Term("der++ logits", batch, error, alpha / vocabulary);
  }

  @Override
  public void afterTask(TaskContext task) {
    RandomGenerator random = task.random("der++", "store");
    var changed = new TreeSet<Integer>();
    task.training()
        .forEach(question -> changed.add(stored.offer(new Row(question, task.task()), random)));
    changed.remove(-1);
    record(List.copyOf(changed), task.pupil());
  }

  /** What the model says at these places. */
  private void record(List<Integer> places, Pupil pupil) {
    while (logits.size() < stored.size()) {
      logits.add(null);
    }
    for (int first = 0; first < places.size(); first += AT_ONCE) {
      List<Integer> some = places.subList(first, Math.min(first + AT_ONCE, places.size()));
      var batch = QuestionBatches.of(some.stream().map(i -> stored.get(i).question()).toList());
      float[] all = pupil.logits(batch);
      int vocabulary = all.length / batch.counted();
      int at = 0;
      for (int place : some) {
        int length = stored.get(place).question().answerIds().length * vocabulary;
        logits.set(place, Arrays.copyOfRange(all, at, at + length));
        at += length;
      }
    }
  }

  private static float[] concatenated(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  @Override
  public Occupancy occupancy() {
    return stored.occupancy();
  }

  @Override
  public StrategyState state() {
    return new StrategyState()
        .put("stored", stored.state())
        .put("logits", concatenated(logits))
        .put("logit_counts", logits.stream().mapToInt(part -> part.length).toArray());
  }

  @Override
  public void load(StrategyState state) {
    stored.load(state.within("stored"));
    logits.clear();
    float[] all = state.floats("logits");
    int at = 0;
    for (int count : state.ints("logit_counts")) {
      logits.add(Arrays.copyOfRange(all, at, at + count));
      at += count;
    }
  }

  @Override
  public StrategyState midway() {
    return new StrategyState().put("drawn", draws);
  }

  @Override
  public void goOn(StrategyState midway) {
    midway.goOn("drawn", draws);
  }

  @Override
  public long extraBytes() {
    return stored.bytes()
        + logits.stream().mapToLong(part -> (long) part.length).sum() * Float.BYTES;
  }
}
