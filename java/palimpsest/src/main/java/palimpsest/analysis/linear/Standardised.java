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
    int rows = features.rows();
    int columns = features.columns();
    double[] values = features.values();
    double[] means = new double[columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        means[j] += values[i * columns + j] / rows;
      }
    }
    double[] squares = new double[columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double off = values[i * columns + j] - means[j];
        squares[j] += off * off / rows;
      }
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
    for (int i = 0; i < features.rows(); i++) {
      for (int j = 0; j < means.length; j++) {
        int at = i * means.length + j;
        values[at] = (values[at] - means[j]) / deviations[j];
      }
    }
    return new Matrix(features.rows(), features.columns(), values);
  }
}
