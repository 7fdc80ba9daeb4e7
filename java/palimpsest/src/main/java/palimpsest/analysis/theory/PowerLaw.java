package palimpsest.analysis.theory;

/** Straight lines on log–log paper. */
public final class PowerLaw {
  private PowerLaw() {}

  /**
   * The slope of the least-squares line through {@code (log x, log y)}: 1 where y grows in
   * proportion to x, 0.5 where independent steps add up. NaN if a value is not positive, or for
   * fewer than two.
   */
  public static double exponent(double[] x, double[] y) {
    int n = x.length;
    double meanX = 0;
    double meanY = 0;
    for (int i = 0; i < n; i++) {
      if (!(x[i] > 0 && y[i] > 0)) {
        return Double.NaN;
      }
      meanX += Math.log(x[i]) / n;
      meanY += Math.log(y[i]) / n;
    }
    double covariance = 0;
    double variance = 0;
    for (int i = 0; i < n; i++) {
      double dx = Math.log(x[i]) - meanX;
      covariance += dx * (Math.log(y[i]) - meanY);
      variance += dx * dx;
    }
    return covariance / variance;
  }
}
