package palimpsest.analysis.probing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import palimpsest.base.Matrix;
import palimpsest.base.RandomStream;

/**
 * What probes read off one hidden state, over all attributes: every test question counts the same.
 *
 * @param hiddenState 0 for the embedding's output to L after the last norm
 * @param linear share of test questions that {@link LinearProbe} gets right
 * @param linearShuffled the same with shuffled labels
 * @param prototype share that {@link PrototypeProbe} gets right
 * @param prototypeShuffled the same with shuffled labels
 */
public record ProbedState(
    int hiddenState,
    double linear,
    double linearShuffled,
    double prototype,
    double prototypeShuffled) {
  /**
   * Probes each attribute for itself.
   *
   * @param states {@code [questions][C]}
   * @param seed of the shuffling, which is the same for all states and models
   */
  public static ProbedState of(
      int hiddenState, double[][] states, List<Labelled> attributes, long seed) {
    double[] right = new double[4];
    double questions = 0;
    for (int i = 0; i < attributes.size(); i++) {
      Labelled labels = attributes.get(i);
      Matrix train = rows(states, labels.train());
      Matrix test = rows(states, labels.test());
      Probe linear = new LinearProbe(train, test);
      Probe prototype = new PrototypeProbe(train, test);
      double weight = labels.test().length;
      questions += weight;
      right[0] += weight * linear.accuracy(labels);
      right[2] += weight * prototype.accuracy(labels);
      Labelled dealt =
          labels.shuffled(RandomStream.of(seed, "probing", "shuffled", Integer.toString(i)));
      right[1] += weight * linear.accuracy(dealt);
      right[3] += weight * prototype.accuracy(dealt);
    }
    double all = questions;
    Arrays.setAll(right, i -> right[i] / all);
    return new ProbedState(hiddenState, right[0], right[1], right[2], right[3]);
  }

  /** How much more a linear probe learns than from labels that say nothing. */
  public double selectivity() {
    return linear - linearShuffled;
  }

  private static Matrix rows(double[][] states, int[] places) {
    List<double[]> rows = new ArrayList<>();
    for (int place : places) {
      rows.add(states[place]);
    }
    return Matrix.ofRows(rows);
  }
}
