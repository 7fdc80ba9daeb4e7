package palimpsest.analysis.probing;

import palimpsest.analysis.linear.Ridge;
import palimpsest.base.Matrix;

/**
 * A linear map from a hidden state to a score for each class, by ridge regression on the classes'
 * indicators; the highest score is the answer. Prepared once for a hidden state, it is fitted to
 * any labels of the same examples.
 */
public final class LinearProbe implements Probe {
  private final Ridge ridge;
  private final Matrix test;

  LinearProbe(Matrix train, Matrix test) {
    this.ridge = Ridge.on(train);
    this.test = test;
  }

  @Override
  public double accuracy(Labelled labels) {
    double[] indicators = new double[labels.train().length * labels.classes()];
    for (int i = 0; i < labels.train().length; i++) {
      indicators[i * labels.classes() + labels.trainClasses()[i]] = 1;
    }
    Matrix scores =
        ridge.fit(new Matrix(labels.train().length, labels.classes(), indicators)).predict(test);
    int[] given = new int[scores.rows()];
    for (int i = 0; i < given.length; i++) {
      for (int c = 1; c < scores.columns(); c++) {
        given[i] = scores.at(i, c) > scores.at(i, given[i]) ? c : given[i];
      }
    }
    return labels.accuracy(given);
  }
}
