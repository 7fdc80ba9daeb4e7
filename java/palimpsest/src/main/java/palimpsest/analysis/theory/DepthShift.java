package palimpsest.analysis.theory;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How far an update moved each hidden state, {@code ‖X̃^ℓ − X^ℓ‖_F / ‖X^ℓ‖_F}, and how that grows
 * with depth.
 *
 * @param relative of the hidden states 0 (the embedding's output) to L (after the last norm)
 * @param slope of {@code log shift} against {@code log ℓ} over the residual stream, ℓ = 1 … L − 1:
 *     1 if every layer adds in one direction, 0.5 if in independent ones; {@code null} below {@link
 *     #FEWEST_LAYERS} layers, or where a state did not move
 */
public record DepthShift(List<Double> relative, Double slope) {
  /** On fewer layers a slope says nothing. */
  public static final int FEWEST_LAYERS = 8;

  /**
   * Of the hidden states of the same texts before and after.
   *
   * @param before {@code [L + 1][texts][C]}
   * @param after likewise
   */
  public static DepthShift between(double[][][] before, double[][][] after) {
    List<Double> relative =
        IntStream.range(0, before.length)
            .mapToObj(depth -> relative(before[depth], after[depth]))
            .toList();
    return new DepthShift(relative, slope(relative));
  }

  /** Of the shifts of hidden states 0 to L. */
  static Double slope(List<Double> relative) {
    int layers = relative.size() - 1;
    if (layers < FEWEST_LAYERS) {
      return null;
    }
    double[] depths = IntStream.range(1, layers).asDoubleStream().toArray();
    double[] shifts = IntStream.range(1, layers).mapToDouble(relative::get).toArray();
    double slope = PowerLaw.exponent(depths, shifts);
    return Double.isNaN(slope) ? null : slope;
  }

  /** {@code ‖B − A‖_F / ‖A‖_F} of one hidden state of the same texts. */
  public static double relative(double[][] before, double[][] after) {
    return distance(before, after) / norm(before);
  }

  /** {@code ‖A − B‖_F} of two hidden states of the same texts. */
  static double distance(double[][] a, double[][] b) {
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[i].length; j++) {
        double difference = b[i][j] - a[i][j];
        squares += difference * difference;
      }
    }
    return Math.sqrt(squares);
  }

  static double norm(double[][] a) {
    double squares = 0;
    for (double[] row : a) {
      for (double value : row) {
        squares += value * value;
      }
    }
    return Math.sqrt(squares);
  }
}
