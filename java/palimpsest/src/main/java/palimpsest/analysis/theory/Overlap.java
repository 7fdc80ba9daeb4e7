package palimpsest.analysis.theory;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import palimpsest.base.Matrix;
import palimpsest.base.Statistics;
import palimpsest.ops.cpu.Lapack;

/**
 * The assumptions about one weight matrix and its update: how large they are, and how nearly the
 * update is orthogonal to what the matrix puts out, {@code ‖WᵀΔW‖_F / (‖W‖_F ‖ΔW‖_F)}: 0 if ΔW is
 * in the left null space of W. The control is an update of the same singular values in random
 * directions, {@code Q ΔW} with a random rotation Q; the root of its mean square is {@code 1/√d}.
 *
 * @param weightNorm ‖W‖₂
 * @param updateNorm ‖ΔW‖₂
 * @param overlap {@code null} if the matrix did not move
 * @param control mean over rotations; {@code null} likewise
 * @param controlDeviation between rotations; {@code null} likewise
 */
public record Overlap(
    double weightNorm, double updateNorm, Double overlap, Double control, Double controlDeviation) {

  /** So many random rotations of d dimensions, uniformly from all (Haar), to use as controls. */
  public static List<Matrix> rotations(int dimensions, int count, RandomGenerator random) {
    return IntStream.range(0, count)
        .mapToObj(
            _ -> {
              double[] values = new double[dimensions * dimensions];
              for (int i = 0; i < values.length; i++) {
                values[i] = random.nextGaussian();
              }
              return Lapack.orthonormal(new Matrix(dimensions, dimensions, values));
            })
        .toList();
  }

  /**
   * Of a matrix and its update, both d × n.
   *
   * @param rotations two at least
   */
  public static Overlap of(Matrix weight, Matrix update, List<Matrix> rotations) {
    Lapack.LeftSvd w = Lapack.left(weight);
    if (isZero(update)) {
      return new Overlap(w.sigma()[0], 0, null, null, null);
    }
    Lapack.LeftSvd moved = Lapack.left(update);
    double[] controls =
        rotations.stream()
            .mapToDouble(q -> overlap(w, Lapack.product(q, moved.u()), moved.sigma()))
            .toArray();
    return new Overlap(
        w.sigma()[0],
        moved.sigma()[0],
        overlap(w, moved.u(), moved.sigma()),
        Statistics.mean(controls),
        Statistics.deviation(controls));
  }

  /**
   * Squared: {@code Σ_ij s_i² σ_j² (u_i · v_j)² / (Σ s² Σ σ²)}; right singular vectors drop out.
   */
  private static double overlap(Lapack.LeftSvd w, Matrix v, double[] sigma) {
    Matrix cosines = Lapack.transposedProduct(w.u(), v);
    double sum = 0;
    for (int i = 0; i < cosines.rows(); i++) {
      for (int j = 0; j < cosines.columns(); j++) {
        double term = w.sigma()[i] * sigma[j] * cosines.at(i, j);
        sum += term * term;
      }
    }
    return Math.sqrt(sum / (squares(w.sigma()) * squares(sigma)));
  }

  private static double squares(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return sum;
  }

  private static boolean isZero(Matrix matrix) {
    for (double value : matrix.values()) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }
}
