package palimpsest.analysis;

import java.util.random.RandomGenerator;
import palimpsest.base.Matrix;
import palimpsest.base.RandomStream;
import palimpsest.ops.cpu.Lapack;

/** Matrices whose singular vectors are known. */
public final class Planted {
  private Planted() {}

  /** Independent normal numbers. */
  public static Matrix gaussian(int rows, int columns, RandomGenerator random) {
    double[] values = new double[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextGaussian();
    }
    return new Matrix(rows, columns, values);
  }

  /** Orthonormal columns in random directions; with {@code sumless} each sums to 0. */
  public static Matrix orthonormal(int rows, int columns, boolean sumless, RandomGenerator random) {
    Matrix drawn = gaussian(rows, columns, random);
    if (sumless) {
      for (int j = 0; j < columns; j++) {
        double mean = 0;
        for (double value : drawn.column(j)) {
          mean += value / rows;
        }
        for (int i = 0; i < rows; i++) {
          drawn.values()[i * columns + j] -= mean;
        }
      }
    }
    return Lapack.orthonormal(drawn);
  }

  /**
   * {@code U diag(σ) Vᵀ}, d × n, with random V whose columns sum to 0: so the entries have mean 0,
   * and standardising the matrix does not turn its singular vectors.
   */
  public static Matrix ofLeftVectors(Matrix u, double[] sigma, int n, RandomGenerator random) {
    Matrix v = orthonormal(n, sigma.length, true, random);
    double[] scaled = u.values().clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= sigma[i % sigma.length];
    }
    return Lapack.product(new Matrix(u.rows(), u.columns(), scaled), v.transposed());
  }

  /** Draws for one test. */
  public static RandomGenerator random(String test) {
    return RandomStream.of(1, "test", test);
  }
}
