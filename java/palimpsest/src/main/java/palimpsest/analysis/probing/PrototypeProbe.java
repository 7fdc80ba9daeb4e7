package palimpsest.analysis.probing;

import java.util.Arrays;
import palimpsest.analysis.linear.Standardised;
import palimpsest.base.Matrix;

/**
 * The mean of each class in training is its prototype; the nearest prototype is the answer, by
 * Euclidean distance between standardised hidden states. It learns nothing but means.
 */
public final class PrototypeProbe implements Probe {
  private final Matrix train;
  private final Matrix test;

  PrototypeProbe(Matrix train, Matrix test) {
    Standardised scale = Standardised.by(train);
    this.train = scale.of(train);
    this.test = scale.of(test);
  }

  @Override
  public double accuracy(Labelled labels) {
    double[][] prototypes = prototypes(labels);
    int[] given = new int[test.rows()];
    for (int i = 0; i < given.length; i++) {
      double nearest = Double.POSITIVE_INFINITY;
      for (int c = 0; c < prototypes.length; c++) {
        double distance = prototypes[c] == null ? nearest : squared(i, prototypes[c]);
        if (distance < nearest) {
          nearest = distance;
          given[i] = c;
        }
      }
    }
    return labels.accuracy(given);
  }

  /** {@code null} for a class that is not in training. */
  private double[][] prototypes(Labelled labels) {
    int width = train.columns();
    double[][] means = new double[labels.classes()][];
    int[] counts = new int[labels.classes()];
    for (int i = 0; i < train.rows(); i++) {
      int c = labels.trainClasses()[i];
      counts[c]++;
      if (means[c] == null) {
        means[c] = new double[width];
      }
      for (int j = 0; j < width; j++) {
        means[c][j] += train.at(i, j);
      }
    }
    for (int c = 0; c < means.length; c++) {
      if (means[c] != null) {
        double[] mean = means[c];
        int count = counts[c];
        Arrays.setAll(mean, j -> mean[j] / count);
      }
    }
    return means;
  }

  private double squared(int row, double[] prototype) {
    double sum = 0;
    for (int j = 0; j < prototype.length; j++) {
      double difference = test.at(row, j) - prototype[j];
      sum += difference * difference;
    }
    return sum;
  }
}
