package palimpsest.analysis.linear;

import palimpsest.base.Matrix;

/**
 * Features brought to mean 0 and standard deviation 1, by the examples they were first seen on.
 *
 * @param means of each feature
 * @param deviations of each; 1 for one that is always the same
 */
public record Standardised(double[] means, double[] deviations) {
  /** A deviation this small beside the mean is rounding. */
  private static final double ROUNDING = 1e-12;

  /**
   * @param features examples × features
   */
  public static Standardised by(Matrix features) {
    int columns = features.columns();
    double[] means = new double[columns];
    double[] squares = new double[columns];
    double[] values = features.values();
    for (int i = 0; i < values.length; i++) {
      means[i % columns] += values[i] / features.rows();
    }
    for (int i = 0; i < values.length; i++) {
      double off = values[i] - means[i % columns];
      squares[i % columns] += off * off / features.rows();
    }
    double[] deviations = new double[columns];
    for (int j = 0; j < columns; j++) {
      double deviation = Math.sqrt(squares[j]);
      deviations[j] = deviation > ROUNDING * Math.abs(means[j]) ? deviation : 1;
    }
    return new Standardised(means, deviations);
  }

  /** The same features of these or other examples. */
  public Matrix of(Matrix features) {
    double[] values = features.values().clone();
    for (int i = 0; i < values.length; i++) {
      int j = i % means.length;
      values[i] = (values[i] - means[j]) / deviations[j];
    }
    return new Matrix(features.rows(), features.columns(), values);
  }
}
