package palimpsest.train;

import java.util.List;
import palimpsest.model.FlatBuffer;
import palimpsest.model.Parameter;
import palimpsest.model.ParameterLayout;
import palimpsest.ops.Along;
import palimpsest.ops.Device;
import palimpsest.ops.Ops;
import palimpsest.ops.Tensor;

/**
 * Arithmetic on vectors with one number a weight: gradients, weights, importances. Only what is
 * trained takes part; the rest of a vector is neither read nor written. The lanes share the work,
 * and their sums are added in the order of the lanes.
 */
public final class WeightSpace {
  private final Device device;
  private final ParameterLayout layout;
  private final List<List<Range>> lanes;

  /** Elements {@code [offset, offset + length)} of the flat buffers. */
  record Range(long offset, int length) {
    Tensor of(Tensor vector) {
      return vector.slice(offset, length);
    }
  }

  /**
   * @param lanes the ranges that each lane works on
   */
  WeightSpace(Device device, ParameterLayout layout, List<List<Range>> lanes) {
    this.device = device;
    this.layout = layout;
    this.lanes = lanes.stream().map(List::copyOf).toList();
  }

  /** A vector of zeros, the caller's to close. Vectors outlive the space they were made in. */
  public FlatBuffer vector() {
    return new FlatBuffer(device, layout, "a method's number for each weight");
  }

  /** Where each weight has its number. */
  public ParameterLayout layout() {
    return layout;
  }

  /** {@code Σ x y}. */
  public double dot(Tensor x, Tensor y) {
    return sum((ops, range) -> ops.dot(range.of(x), range.of(y)));
  }

  /** {@code y += a x}. */
  public void axpy(Tensor y, double a, Tensor x) {
    each((ops, range) -> ops.axpy(range.of(y), (float) a, range.of(x)));
  }

  /** {@code out = in}. */
  public void copy(Tensor out, Tensor in) {
    each((ops, range) -> ops.copy(range.of(out), range.of(in)));
  }

  /** {@code out = 0}. */
  public void zero(Tensor out) {
    each((ops, range) -> ops.zero(range.of(out)));
  }

  /** {@code out += factor x²}. */
  public void accumulateSquares(Tensor out, Tensor x, double factor) {
    each((ops, range) -> ops.accumulateSquares(range.of(out), range.of(x), (float) factor));
  }

  /** {@code out += factor |x|}. */
  public void accumulateMagnitudes(Tensor out, Tensor x, double factor) {
    each((ops, range) -> ops.accumulateMagnitudes(range.of(out), range.of(x), (float) factor));
  }

  /**
   * {@code gradient += strength importance (weights − anchor)}; returns {@code ½ strength Σ
   * importance (weights − anchor)²}.
   */
  public double quadraticPenalty(
      Tensor gradient, Tensor importance, Tensor weights, Tensor anchor, double strength) {
    return sum(
        (ops, range) ->
            ops.quadraticPenalty(
                range.of(gradient),
                range.of(importance),
                range.of(weights),
                range.of(anchor),
                (float) strength));
  }

  /** One parameter's elements of a vector. */
  public float[] read(Tensor vector, Parameter parameter) {
    float[] values = new float[Math.toIntExact(parameter.size())];
    device.read(vector.slice(parameter.offset(), values.length), values, values.length);
    return values;
  }

  /** Sets one parameter's elements of a vector. */
  public void write(Tensor vector, Parameter parameter, float[] values) {
    device.write(vector.slice(parameter.offset(), values.length), values);
  }

  /**
   * Takes out of each row of each matrix in x what it has along the same row of the direction;
   * biases and norms are rows, too. See {@link Along}.
   *
   * @param matrices for rows of matrices
   * @param vectors for biases and norms
   */
  public void removeAlong(
      Tensor x, Tensor direction, Along matrices, Along vectors, double strength) {
    device.onEachLane(
        (lane, ops) -> {
          for (Parameter parameter : layout.parameters()) {
            int width = parameter.shape()[parameter.shape().length - 1];
            int rows = Math.toIntExact(parameter.size() / width);
            int first = rows * lane / device.lanes();
            int count = rows * (lane + 1) / device.lanes() - first;
            if (count > 0) {
              long offset = parameter.offset() + (long) first * width;
              ops.removeAlong(
                  x.slice(offset, count, width),
                  direction.slice(offset, count, width),
                  parameter.matrix() ? matrices : vectors,
                  (float) strength);
            }
          }
        });
  }

  /** All elements of a vector, those that take no part included. */
  public float[] read(Tensor vector) {
    float[] values = new float[Math.toIntExact(layout.length())];
    device.read(vector, values, values.length);
    return values;
  }

  /** Sets all elements of a vector. */
  public void write(Tensor vector, float[] values) {
    device.write(vector, values);
  }

  private interface Action {
    void on(Ops ops, Range range);
  }

  private interface Summand {
    double on(Ops ops, Range range);
  }

  private void each(Action action) {
    device.onEachLane((lane, ops) -> lanes.get(lane).forEach(range -> action.on(ops, range)));
  }

  private double sum(Summand summand) {
    double[] sums = new double[lanes.size()];
    device.onEachLane(
        (lane, ops) -> {
          for (Range range : lanes.get(lane)) {
            sums[lane] += summand.on(ops, range);
          }
        });
    double total = 0;
    for (double sum : sums) {
      total += sum;
    }
    return total;
  }
}
