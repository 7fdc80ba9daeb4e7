package palimpsest.analysis.probing;

import palimpsest.analysis.linear.SoftmaxRegression;
import palimpsest.base.Matrix;

/**
 * Softmax regression on a hidden state; the likeliest class is the answer. Prepared once for a
 * hidden state, it is fitted to any labels of the same examples.
 */
public final class LinearProbe implements Probe {
  private final SoftmaxRegression regression;
  private final Matrix test;

  LinearProbe(Matrix train, Matrix test) {
    this.regression = SoftmaxRegression.on(train);
    this.test = test;
  }

  @Override
  public double accuracy(Labelled labels) {
    Matrix scores = regression.fit(labels.trainClasses(), labels.classes()).scores(test);
    int[] given = new int[scores.rows()];
    for (int i = 0; i < given.length; i++) {
      for (int c = 1; c < scores.columns(); c++) {
        given[i] = scores.at(i, c) > scores.at(i, given[i]) ? c : given[i];
      }
    }
    return labels.accuracy(given);
  }
}
