package palimpsest.continual;

import java.util.Arrays;
import java.util.List;
import palimpsest.data.Batch;
import palimpsest.data.Question;
import palimpsest.data.QuestionBatches;
import palimpsest.model.ParameterLayout;
import palimpsest.model.ReferenceModel;

/**
 * The logits of one question at its answer's places, and how they change with one weight: central
 * differences in double precision.
 *
 * @param logits {@code [t][v]}
 * @param slopes {@code [t][v]}, their derivatives
 * @param answer the true tokens
 */
record Jacobian(double[][] logits, double[][] slopes, int[] answer) {
  private static final float STEP = 1f / 1024;

  /**
   * @param index of the weight in the flat buffer
   */
  static Jacobian of(ParameterLayout layout, float[] weights, int index, Question question) {
    float[] above = weights.clone();
    float[] below = weights.clone();
    above[index] += STEP;
    below[index] -= STEP;
    double apart = (double) above[index] - below[index];
    double[][] high = logits(layout, above, question);
    double[][] low = logits(layout, below, question);
    for (int t = 0; t < high.length; t++) {
      for (int v = 0; v < high[t].length; v++) {
        high[t][v] = (high[t][v] - low[t][v]) / apart;
      }
    }
    return new Jacobian(logits(layout, weights, question), high, question.answerIds());
  }

  /** Of the reference model, in double precision. */
  static double[][] logits(ParameterLayout layout, float[] weights, Question question) {
    Batch batch = QuestionBatches.of(List.of(question));
    double[] all = new ReferenceModel(layout, weights).logits(batch.tokens(), 1, batch.length());
    int vocabulary = layout.config().vocabulary();
    double[][] counted = new double[batch.counted()][];
    int next = 0;
    for (int n = 0; n < batch.length(); n++) {
      if (batch.targets()[n] != Batch.IGNORED) {
        counted[next++] = Arrays.copyOfRange(all, n * vocabulary, (n + 1) * vocabulary);
      }
    }
    return counted;
  }

  int places() {
    return logits.length;
  }

  double[] probabilities(int t) {
    double sum = 0;
    double[] p = new double[logits[t].length];
    for (int v = 0; v < p.length; v++) {
      p[v] = Math.exp(logits[t][v]);
      sum += p[v];
    }
    for (int v = 0; v < p.length; v++) {
      p[v] /= sum;
    }
    return p;
  }

  /** The derivative of {@code log p(token)} at place t. */
  double slopeOfLogProbability(int t, int token) {
    double[] p = probabilities(t);
    double mean = 0;
    for (int v = 0; v < p.length; v++) {
      mean += p[v] * slopes[t][v];
    }
    return slopes[t][token] - mean;
  }

  /** The derivative of {@code Σ_t log p(token_t)}. */
  double slopeOfLogProbability(int[] tokens) {
    double sum = 0;
    for (int t = 0; t < places(); t++) {
      sum += slopeOfLogProbability(t, tokens[t]);
    }
    return sum;
  }
}
