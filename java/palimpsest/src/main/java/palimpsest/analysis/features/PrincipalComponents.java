package palimpsest.analysis.features;

import java.util.List;
import palimpsest.base.Matrix;
import palimpsest.ops.cpu.Lapack;

/**
 * The directions in which vectors vary most. Vectors that are all the same have none, as the
 * embedding has where every prompt ends in the same token.
 *
 * @param mean {@code [C]} of the vectors
 * @param directions {@code [C, k]}: orthonormal columns, the strongest first. Signs mean nothing;
 *     the largest element of each is made positive, so that every device shows the same picture.
 * @param shares {@code [k]}: of the sum of squares that each direction accounts for
 */
public record PrincipalComponents(double[] mean, Matrix directions, double[] shares) {
  /** Of the squared length of the mean: what varies less is rounding, also that of fp32. */
  private static final double NOTHING = 1e-14;

  /**
   * @param vectors {@code [N][C]}
   * @param k how many directions, if there are as many
   * @param centred whether the mean is taken off first, as principal components are usually defined
   */
  public static PrincipalComponents of(double[][] vectors, int k, boolean centred) {
    double[] mean = Vectors.mean(vectors);
    Matrix columns = Matrix.ofRows(List.of(vectors)).transposed();
    if (centred) {
      for (int i = 0; i < columns.values().length; i++) {
        columns.values()[i] -= mean[i / columns.columns()];
      }
    }
    double total = Vectors.dot(columns.values(), columns.values());
    if (total <= NOTHING * vectors.length * Vectors.dot(mean, mean)) {
      return new PrincipalComponents(
          mean, new Matrix(mean.length, 0, new double[0]), new double[0]);
    }
    Lapack.LeftSvd svd = Lapack.left(columns);
    int kept = Math.min(k, svd.sigma().length);
    double[] shares = new double[kept];
    for (int i = 0; i < kept; i++) {
      shares[i] = svd.sigma()[i] * svd.sigma()[i] / total;
    }
    return new PrincipalComponents(mean, withSigns(svd.u().firstColumns(kept)), shares);
  }

  private static Matrix withSigns(Matrix directions) {
    double[] values = directions.values();
    int k = directions.columns();
    for (int j = 0; j < k; j++) {
      double largest = 0;
      for (int i = j; i < values.length; i += k) {
        largest = Math.abs(values[i]) > Math.abs(largest) ? values[i] : largest;
      }
      for (int i = j; largest < 0 && i < values.length; i += k) {
        values[i] = -values[i];
      }
    }
    return directions;
  }

  /** Whether there are as many. */
  public boolean has(int count) {
    return shares.length >= count;
  }

  /** Direction k, from 0. */
  public double[] direction(int k) {
    return directions.column(k);
  }
}
