package palimpsest.analysis.angles;

import palimpsest.base.Matrix;
import palimpsest.ops.cpu.Lapack;

/**
 * The directions in which training moved a weight matrix: {@code A = ΔW} standardised, {@code (A −
 * mean A) / std A} over all entries, and its left singular vectors and values.
 *
 * @param directions {@code [d, k]}: left singular vectors, the strongest first
 * @param rank the effective rank r: the smallest with {@code Σ_{j≤r} σ_j² ≥ 0.99 ‖A‖²}; 0 if
 *     nothing moved
 */
public record WeightUpdate(Matrix directions, int rank) {
  /** The share of the squares that the effective rank accounts for. */
  public static final double ENERGY = 0.99;

  /** Of the step from one matrix to another, both d × n. */
  public static WeightUpdate between(Matrix before, Matrix after) {
    return of(after.minus(before));
  }

  /**
   * @param update ΔW, d × n
   */
  public static WeightUpdate of(Matrix update) {
    Matrix standard = standardised(update);
    if (standard == null) {
      return new WeightUpdate(new Matrix(update.rows(), 0, new double[0]), 0);
    }
    Lapack.LeftSvd svd = Lapack.left(standard);
    return new WeightUpdate(svd.u(), rank(svd.sigma()));
  }

  /** d. */
  public int dimensions() {
    return directions.rows();
  }

  /** The r directions that make up the effective rank. */
  Matrix leading() {
    return directions.firstColumns(rank);
  }

  /** Null if all entries are one. */
  private static Matrix standardised(Matrix a) {
    double[] values = a.values();
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    double deviation = Math.sqrt(squares / (values.length - 1));
    if (!(deviation > 0)) {
      return null;
    }
    double[] standard = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      standard[i] = (values[i] - mean) / deviation;
    }
    return new Matrix(a.rows(), a.columns(), standard);
  }

  private static int rank(double[] sigma) {
    double total = 0;
    for (double s : sigma) {
      total += s * s;
    }
    double sum = 0;
    int rank = 0;
    while (rank < sigma.length && sum < ENERGY * total) {
      sum += sigma[rank] * sigma[rank];
      rank++;
    }
    return rank;
  }
}
