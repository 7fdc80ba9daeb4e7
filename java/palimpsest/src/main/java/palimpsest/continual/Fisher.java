package palimpsest.continual;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import palimpsest.base.RandomStream;
import palimpsest.data.Batch;
import palimpsest.data.Question;
import palimpsest.data.QuestionBatches;
import palimpsest.model.FlatBuffer;
import palimpsest.train.Objective;
import palimpsest.train.Pupil;
import palimpsest.train.Term;

/**
 * Diagonal Fisher information of a model about questions, N of them, in nats squared per question.
 * With {@code log p(a)} the sum over a question's answer and end tokens:
 *
 * <ul>
 *   <li>{@link #EMPIRICAL}: {@code 1/N Σ_q (∇ log p(a_q))²} with the true answers a
 *   <li>{@link #SAMPLED}: the same with each token drawn from the model, after the true tokens
 *       before it
 *   <li>{@link #EXACT}: {@code 1/N Σ_q Σ_t Σ_v p(v) (∇ log p(v))²} over every token v that might
 *       stand at each place t of the answer
 *   <li>{@link #BATCH}: {@code 1/N Σ_b |b| (∇ mean loss of batch b)²}, which is no Fisher
 *       information: gradients cancel before they are squared (van de Ven 2025)
 * </ul>
 */
enum Fisher {
  EMPIRICAL {
    @Override
    void add(FlatBuffer sum, Pupil pupil, List<Question> questions, RandomGenerator random) {
      pupil.addSquares(
          sum.all(), questions.stream().map(q -> summed(alone(q), questions.size())).toList());
    }
  },
  SAMPLED {
    @Override
    void add(FlatBuffer sum, Pupil pupil, List<Question> questions, RandomGenerator random) {
      var terms = new ArrayList<Term>();
      for (Question question : questions) {
        Batch batch = alone(question);
        double[][] p = Softmax.rows(pupil.logits(batch), batch.counted());
        int[] drawn = new int[p.length];
        Arrays.setAll(drawn, t -> Softmax.draw(p[t], random));
        terms.add(summed(answered(batch, drawn), questions.size()));
      }
      pupil.addSquares(sum.all(), terms);
    }
  },
  EXACT {
    @Override
    void add(FlatBuffer sum, Pupil pupil, List<Question> questions, RandomGenerator random) {
      for (Question question : questions) {
        Batch batch = alone(question);
        double[][] p = Softmax.rows(pupil.logits(batch), batch.counted());
        var terms = new ArrayList<Term>();
        for (int t = 0; t < p.length; t++) {
          double least = NEGLIGIBLE * (1 - Arrays.stream(p[t]).max().orElseThrow()) / p[t].length;
          for (int v = 0; v < p[t].length; v++) {
            if (p[t][v] > least) {
              int[] labels = new int[p.length];
              Arrays.fill(labels, Batch.IGNORED);
              labels[t] = v;
              double weight = Math.sqrt(p[t][v] / questions.size());
              terms.add(new Term(NAME, answered(batch, labels), Objective.TARGETS, weight));
            }
          }
        }
        pupil.addSquares(sum.all(), terms);
      }
    }
  },
  BATCH {
    @Override
    void add(FlatBuffer sum, Pupil pupil, List<Question> questions, RandomGenerator random) {
      int[] order = new int[questions.size()];
      Arrays.setAll(order, i -> i);
      RandomStream.shuffle(order, random);
      var terms = new ArrayList<Term>();
      for (int first = 0; first < order.length; first += BATCH_ROWS) {
        int end = Math.min(first + BATCH_ROWS, order.length);
        Batch batch =
            QuestionBatches.of(Arrays.stream(order, first, end).mapToObj(questions::get).toList());
        double weight = Math.sqrt((end - first) / (double) order.length);
        terms.add(new Term(NAME, batch, Objective.TARGETS, weight));
      }
      pupil.addSquares(sum.all(), terms);
    }
  };

  /** Questions of a batch of {@link #BATCH}. */
  static final int BATCH_ROWS = 48;

  /** Questions that {@link #EXACT} takes at most: each costs a backward pass for every token. */
  static final int MOST_EXACT = 50;

  /** Labels that have together less than this share of all but the likeliest are left out. */
  private static final double NEGLIGIBLE = 1e-4;

  private static final String NAME = "fisher";

  /**
   * Of the pupil as it is.
   *
   * @param questions how many, drawn by chance; 0 for all
   */
  float[] of(TaskContext task, int questions) {
    Pupil pupil = task.pupil();
    List<Question> asked = some(task, most(questions));
    try (FlatBuffer sum = pupil.space().vector()) {
      add(sum, pupil, asked, task.random("ewc", "labels"));
      return pupil.space().read(sum.all());
    }
  }

  /** How many questions it is taken of where so many are asked for. */
  int asked(TaskContext task, int questions) {
    return some(task, most(questions)).size();
  }

  private int most(int questions) {
    return this == EXACT && questions == 0 ? MOST_EXACT : questions;
  }

  /** So many of a task's questions, in an order of chance; all in their own if 0. */
  static List<Question> some(TaskContext task, int count) {
    List<Question> all = task.training();
    if (count == 0 || count >= all.size()) {
      return all;
    }
    int[] order = new int[all.size()];
    Arrays.setAll(order, i -> i);
    RandomStream.shuffle(order, task.random("importance", "questions"));
    return Arrays.stream(order, 0, count).mapToObj(all::get).toList();
  }

  abstract void add(FlatBuffer sum, Pupil pupil, List<Question> questions, RandomGenerator random);

  static Batch alone(Question question) {
    return QuestionBatches.of(List.of(question));
  }

  /** {@code log p(answer) / √N}: its squared gradient is what one question adds. */
  private static Term summed(Batch batch, int questions) {
    return new Term(NAME, batch, Objective.TARGETS, batch.counted() / Math.sqrt(questions));
  }

  /** The batch with other tokens at its counted positions. */
  private static Batch answered(Batch batch, int[] labels) {
    int[] targets = batch.targets().clone();
    int t = 0;
    for (int i = 0; i < targets.length; i++) {
      if (targets[i] != Batch.IGNORED) {
        targets[i] = labels[t++];
      }
    }
    return new Batch(batch.rows(), batch.length(), batch.tokens(), targets);
  }
}
