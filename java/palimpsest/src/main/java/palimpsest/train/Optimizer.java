package palimpsest.train;

import java.util.ArrayList;
import java.util.List;
import palimpsest.model.FlatBuffer;
import palimpsest.model.FreezePlan;
import palimpsest.model.Parameter;
import palimpsest.model.Parameters;
import palimpsest.ops.AdamWStep;
import palimpsest.ops.Device;
import palimpsest.ops.Tensor;

/**
 * AdamW over the parameters that train, and no others: a frozen one keeps its weights and moments
 * bit for bit. The work is cut into ranges of the flat buffers, about equal for each lane.
 */
final class Optimizer implements AutoCloseable {
  private final Device device;
  private final Recipe recipe;
  private final FlatBuffer moment1;
  private final FlatBuffer moment2;
  private final List<List<Range>> ranges = new ArrayList<>();
  private final double[] squares;
  private int steps;

  /** Updates behind the moments; more than {@code steps} if they were carried over. */
  private int updates;

  /** A stretch of the flat buffers with one weight decay. */
  private record Range(
      Tensor weights, List<Tensor> gradients, Tensor moment1, Tensor moment2, boolean decays) {}

  /** What a step came to. */
  record Update(double learningRate, double gradientNorm) {}

  Optimizer(
      Device device,
      Parameters parameters,
      FlatBuffer[] gradients,
      Recipe recipe,
      FreezePlan freeze) {
    this.device = device;
    this.recipe = recipe;
    moment1 = new FlatBuffer(device, parameters.layout());
    moment2 = new FlatBuffer(device, parameters.layout());
    squares = new double[device.lanes()];
    cut(parameters, gradients, freeze);
  }

  private void cut(Parameters parameters, FlatBuffer[] gradients, FreezePlan freeze) {
    long perLane = freeze.trainable(parameters.layout()) / device.lanes() + 1;
    List<Range> mine = new ArrayList<>();
    long filled = 0;
    for (Parameter parameter : parameters.layout().parameters()) {
      if (freeze.freezes(parameter)) {
        continue;
      }
      long first = 0;
      while (first < parameter.size()) {
        // A multiple of 16 elements, so that no two lanes write to one cache line.
        long room = Math.max(16, (perLane - filled) / 16 * 16);
        long count = Math.min(parameter.size() - first, room);
        mine.add(range(parameters, gradients, parameter, first, Math.toIntExact(count)));
        first += count;
        filled += count;
        if (filled >= perLane && ranges.size() < device.lanes() - 1) {
          ranges.add(mine);
          mine = new ArrayList<>();
          filled = 0;
        }
      }
    }
    ranges.add(mine);
    while (ranges.size() < device.lanes()) {
      ranges.add(List.of());
    }
  }

  private Range range(
      Parameters parameters, FlatBuffer[] gradients, Parameter parameter, long first, int count) {
    long offset = parameter.offset() + first;
    List<Tensor> lanes = new ArrayList<>();
    for (FlatBuffer lane : gradients) {
      lanes.add(lane.all().slice(offset, count));
    }
    return new Range(
        parameters.all().slice(offset, count),
        lanes,
        moment1.all().slice(offset, count),
        moment2.all().slice(offset, count),
        recipe.decayAll() || parameter.matrix());
  }

  /**
   * Sums the lanes' gradients, clips, updates; the gradients are zero afterwards. With a norm that
   * is not finite nothing is updated.
   */
  Update step() {
    device.onEachLane(
        (lane, ops) -> {
          double sum = 0;
          for (Range range : ranges.get(lane)) {
            Tensor into = range.gradients().getFirst();
            double last = range.gradients().size() == 1 ? ops.mergeGradients(into, null) : 0;
            for (int other = 1; other < range.gradients().size(); other++) {
              last = ops.mergeGradients(into, range.gradients().get(other));
            }
            sum += last;
          }
          squares[lane] = sum;
        });
    double total = 0;
    for (double sum : squares) {
      total += sum;
    }
    double norm = Math.sqrt(total);
    double rate = recipe.rateAt(steps);
    steps++;
    if (!Double.isFinite(norm)) {
      discard();
      return new Update(rate, norm);
    }
    updates++;
    double clip = recipe.clip();
    double scale = clip > 0 && norm > clip ? clip / (norm + 1e-6) : 1;
    AdamWStep decayed = scalars(rate, recipe.weightDecay(), scale);
    AdamWStep plain = scalars(rate, 0, scale);
    device.onEachLane(
        (lane, ops) -> {
          for (Range range : ranges.get(lane)) {
            ops.adamw(
                range.weights(),
                range.gradients().getFirst(),
                range.moment1(),
                range.moment2(),
                range.decays() ? decayed : plain);
          }
        });
    return new Update(rate, norm);
  }

  private void discard() {
    device.onEachLane(
        (lane, ops) -> {
          for (Range range : ranges.get(lane)) {
            ops.zero(range.gradients().getFirst());
          }
        });
  }

  private AdamWStep scalars(double rate, double decay, double scale) {
    return new AdamWStep(
        updates, rate, recipe.beta1(), recipe.beta2(), recipe.epsilon(), decay, scale);
  }

  /** A copy of the moments as they are. */
  Moments moments() {
    int length = Math.toIntExact(moment1.all().size());
    float[] first = new float[length];
    float[] second = new float[length];
    device.read(moment1.all(), first, length);
    device.read(moment2.all(), second, length);
    return new Moments(first, second, updates);
  }

  /** Goes on with the moments of another phase. */
  void carry(Moments moments) {
    device.write(moment1.all(), moments.first());
    device.write(moment2.all(), moments.second());
    updates = moments.steps();
  }

  /** Steps of this phase. */
  int steps() {
    return steps;
  }

  @Override
  public void close() {
    moment1.close();
    moment2.close();
  }
}
