package palimpsest.analysis.theory;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import palimpsest.base.Matrix;
import palimpsest.base.RandomStream;
import palimpsest.base.Statistics;
import palimpsest.ops.cpu.Lapack;

/**
 * The propositions where they must hold: random {@link LinearStack}s that keep every assumption.
 * {@code W = δ U Vᵀ} of half the rank, {@code ΔW = ε P Rᵀ} of a small one with P in the left null
 * space of W, and an input of a few strong directions with noise.
 *
 * @param width d
 * @param rank of W
 * @param updateRank of independent ΔW
 * @param samples columns of X⁰
 * @param signals strong directions of X⁰
 * @param noise standard deviation of the rest, where a signal's is 1
 * @param delta ‖W‖
 * @param epsilon ‖ΔW‖
 */
public record LinearToy(
    int width,
    int rank,
    int updateRank,
    int samples,
    int signals,
    double noise,
    double delta,
    double epsilon) {
  /** As large as the one that the spec's numbers are of. */
  public static final LinearToy USUAL = new LinearToy(256, 128, 8, 64, 8, 0.1, 0.05, 0.01);

  /** How the updates of the layers go together. */
  public enum Updates {
    /** Each in random directions of its own. */
    INDEPENDENT,
    /** Of rank 1, from the input's strongest direction to one and the same output direction. */
    COHERENT
  }

  /**
   * What came out of one depth, over several draws.
   *
   * @param layers L
   * @param frozen how many of the bottom layers keep their weights
   * @param shift mean of {@code ‖X̃^L − X^L‖₂ / ‖X⁰‖₂}, spectral norms as the bound has them
   * @param deviation of the shift between draws; {@code null} for one draw
   * @param size mean of {@code ‖X̃^L − X^L‖_F / ‖X⁰‖_F}, Frobenius norms as real models are
   *     measured in
   * @param bound {@link ShiftBound#of(double, double, int, int)}
   * @param cosine mean |cos| of the samples' shifts with the first principal component of X^L
   */
  public record Depth(
      int layers,
      int frozen,
      double shift,
      Double deviation,
      double size,
      double bound,
      double cosine) {}

  /** The mean over draws of one depth. */
  public Depth depth(Updates updates, int layers, int frozen, int draws, long seed) {
    double[] shifts = new double[draws];
    double[] sizes = new double[draws];
    double[] cosines = new double[draws];
    for (int draw = 0; draw < draws; draw++) {
      RandomGenerator random =
          RandomStream.of(seed, "linear toy", updates.name(), layers + "/" + draw);
      Matrix x = input(random);
      Lapack.Svd strength = Lapack.svd(x);
      LinearStack stack = stack(updates, layers, strength.u().column(0), random);
      Matrix before = stack.before(x).getLast();
      Matrix shift = stack.after(x, frozen).getLast().minus(before);
      shifts[draw] = Lapack.svd(shift).sigma()[0] / strength.sigma()[0];
      sizes[draw] = norm(shift) / norm(x);
      cosines[draw] = meanCosine(shift, Lapack.svd(before).u().column(0));
    }
    double deviation = Statistics.deviation(shifts);
    return new Depth(
        layers,
        frozen,
        Statistics.mean(shifts),
        Double.isNaN(deviation) ? null : deviation,
        Statistics.mean(sizes),
        ShiftBound.of(delta, epsilon, layers, frozen),
        Statistics.mean(cosines));
  }

  /** {@code X⁰ [d, samples]}. */
  Matrix input(RandomGenerator random) {
    Matrix strong =
        Lapack.product(gaussian(width, signals, 1, random), gaussian(signals, samples, 1, random));
    Matrix rest = gaussian(width, samples, -noise, random);
    return strong.minus(rest);
  }

  /**
   * Layers for an input.
   *
   * @param strongest its strongest direction, of length 1
   */
  LinearStack stack(Updates updates, int layers, double[] strongest, RandomGenerator random) {
    double[] common = gaussian(width, 1, 1, random).values();
    List<LinearStack.Layer> drawn = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      drawn.add(
          updates == Updates.COHERENT ? coherent(common, strongest, random) : independent(random));
    }
    return new LinearStack(drawn);
  }

  private LinearStack.Layer independent(RandomGenerator random) {
    Matrix outputs = Lapack.orthonormal(gaussian(width, updateRank + rank, 1, random));
    Matrix inputs = Lapack.orthonormal(gaussian(width, updateRank, 1, random));
    Matrix update = outer(outputs.firstColumns(updateRank), inputs, epsilon);
    return new LinearStack.Layer(weight(outputs, updateRank, random), update);
  }

  private LinearStack.Layer coherent(double[] output, double[] input, RandomGenerator random) {
    Matrix drawn = gaussian(width, 1 + rank, 1, random);
    for (int i = 0; i < width; i++) {
      drawn.values()[i * drawn.columns()] = output[i];
    }
    Matrix outputs = Lapack.orthonormal(drawn); // the first column is ± the output, normalised
    double sign = Math.signum(outputs.at(0, 0) * output[0]);
    Matrix update = outer(outputs.firstColumns(1), new Matrix(width, 1, input), sign * epsilon);
    return new LinearStack.Layer(weight(outputs, 1, random), update);
  }

  /** δ U Vᵀ, with U all columns of {@code outputs} but the first so many. */
  private Matrix weight(Matrix outputs, int without, RandomGenerator random) {
    Matrix turned = outputs.transposed();
    double[] kept = new double[rank * width];
    System.arraycopy(turned.values(), without * width, kept, 0, kept.length);
    Matrix inputs = Lapack.orthonormal(gaussian(width, rank, 1, random));
    return outer(new Matrix(rank, width, kept).transposed(), inputs, delta);
  }

  /** {@code scale · A Bᵀ}. */
  private static Matrix outer(Matrix a, Matrix b, double scale) {
    Matrix product = Lapack.product(a, b.transposed());
    double[] values = product.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= scale;
    }
    return new Matrix(product.rows(), product.columns(), values);
  }

  private static double norm(Matrix matrix) {
    double squares = 0;
    for (double value : matrix.values()) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  private static double meanCosine(Matrix shifts, double[] direction) {
    double sum = 0;
    for (int j = 0; j < shifts.columns(); j++) {
      double along = 0;
      double squares = 0;
      for (int i = 0; i < shifts.rows(); i++) {
        along += shifts.at(i, j) * direction[i];
        squares += shifts.at(i, j) * shifts.at(i, j);
      }
      sum += squares > 0 ? Math.abs(along) / Math.sqrt(squares) : 0;
    }
    return sum / shifts.columns();
  }

  private static Matrix gaussian(int rows, int columns, double scale, RandomGenerator random) {
    double[] values = new double[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = scale * random.nextGaussian();
    }
    return new Matrix(rows, columns, values);
  }
}
