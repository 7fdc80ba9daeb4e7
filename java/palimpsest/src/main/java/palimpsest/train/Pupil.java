package palimpsest.train;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import palimpsest.data.Batch;
import palimpsest.data.Question;
import palimpsest.model.Insert;
import palimpsest.model.ParameterLayout;
import palimpsest.ops.Tensor;

/**
 * What a continual-learning method may ask of the model it teaches: to look, not to train. The
 * weights stay as they are, but for {@link #restore}. Not to be asked within a {@link
 * GradientHook}, for a step's gradient lies where another one would.
 */
public interface Pupil {
  /** Vectors over the weights that are being trained. */
  WeightSpace space();

  /** Where each weight has its number, the insert's included. */
  ParameterLayout layout();

  /** The weights, a vector of the space. */
  Tensor weights();

  /** A copy of all weights. */
  float[] copy();

  /** Sets all weights from a {@link #copy}. */
  void restore(float[] weights);

  /**
   * The gradient of the terms' loss.
   *
   * @param use is handed the gradient, a vector of the space that holds until it returns
   */
  <R> R gradient(List<Term> terms, Function<Tensor, R> use);

  /**
   * {@code out += Σ (∇ term)²}, each term's gradient squared on its own, not that of their sum.
   *
   * @param out a vector of the space
   */
  void addSquares(Tensor out, List<Term> terms);

  /** {@code out += Σ |∇ term|}, of each term's gradient on its own. */
  void addMagnitudes(Tensor out, List<Term> terms);

  /** Logits {@code [M, V]} at the counted positions of a batch, row by row. */
  float[] logits(Batch batch);

  /**
   * Learns for a while with a fresh optimiser, then forgets it again: the phase begins anew with
   * the weights of before.
   *
   * @param looks after which steps, in order, to take a copy of the weights
   */
  List<float[]> rehearse(Supplier<Batch> batches, int... looks);

  /**
   * Texts that the model writes, all of them from one token on.
   *
   * @param start read before each of them; written, it ends a text
   * @param length tokens at most
   * @return what was written, the end token included where the text came to its end
   */
  List<int[]> write(int start, int count, int length, Sampling sampling, RandomGenerator random);

  /** Teacher-forced answers, in the order of the questions. */
  List<Scored> score(List<Question> questions);

  /**
   * Gives the model an insert in place of the one it has, before a task begins or after it has
   * ended. The model's own weights are what they were before the old one.
   *
   * @param values as {@link #inserted} gives them
   */
  void insert(Insert insert, float[] values);

  /** Leaves in the weights what a low-rank pair does to them; the model has no insert then. */
  void merge();

  /** A copy of the insert's values: the flat buffer behind the model's own weights. */
  float[] inserted();

  /**
   * What comes of asking the model with another insert; afterwards it is as it was, bit for bit.
   *
   * @param inserted its values; null for the model without it
   */
  <R> R with(float[] inserted, Supplier<R> use);

  /** The model as it is now, to be asked later; the caller closes it. */
  Teacher teacher();

  /** A model that does not learn any more. */
  interface Teacher extends AutoCloseable {
    /** Logits {@code [M, V]} at the counted positions of a batch, row by row. */
    float[] logits(Batch batch);

    @Override
    void close();
  }
}
