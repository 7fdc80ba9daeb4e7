package palimpsest.train;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import palimpsest.model.FlatBuffer;
import palimpsest.model.FreezePlan;
import palimpsest.model.Parameter;
import palimpsest.model.ParameterLayout;
import palimpsest.model.Parameters;
import palimpsest.ops.AdamWStep;
import palimpsest.ops.Device;
import palimpsest.ops.Place;
import palimpsest.ops.Segment;
import palimpsest.ops.SegmentTable;
import palimpsest.ops.StepRecorder;
import palimpsest.ops.Tensor;

/**
 * AdamW over the parameters that train, and no others: a frozen one keeps its weights and moments
 * bit for bit. The work is cut into segments of the flat buffers, about equal for each lane.
 */
final class Optimizer implements AutoCloseable {
  /** Elements; parameters begin at multiples of it. */
  private static final int ALIGNMENT = 16;

  private final Device device;
  private final Recipe recipe;
  private final Parameters parameters;
  private final FlatBuffer sum;
  private final Tensor gradients;
  private final List<Tensor> others = new ArrayList<>();
  private final FlatBuffer moment1;
  private final FlatBuffer moment2;
  private final List<SegmentTable> tables;

  /** What the lanes have gradients of: what is trained, or with a low rank what follows from it. */
  private final List<SegmentTable> merged;

  private final LowRank lowRank;
  private final WeightSpace space;
  private final double[] squares;
  private int steps;
  private String nonFinite = "";

  /** Updates behind the moments; more than {@code steps} if they were carried over. */
  private int updates;

  /**
   * What a step came to.
   *
   * @param added what the hook adds to the loss
   */
  record Update(double learningRate, double gradientNorm, double added) {}

  /**
   * @param lowRank gives the gradients of what is trained; null where the lanes do
   */
  Optimizer(
      Device device,
      Parameters parameters,
      FlatBuffer[] gradients,
      Recipe recipe,
      FreezePlan freeze,
      LowRank lowRank) {
    this.device = device;
    this.recipe = recipe;
    this.parameters = parameters;
    this.lowRank = lowRank;
    this.sum = gradients[0];
    this.gradients = sum.all();
    for (int lane = 1; lane < gradients.length; lane++) {
      others.add(gradients[lane].all());
    }
    moment1 = new FlatBuffer(device, parameters.layout(), "AdamW's first moments");
    moment2 = new FlatBuffer(device, parameters.layout(), "AdamW's second moments");
    squares = new double[device.lanes()];
    List<List<WeightSpace.Range>> ranges = new ArrayList<>();
    List<List<Segment>> trained = cut(parameters.layout(), freeze);
    trained.forEach(lane -> ranges.add(ranges(lane)));
    tables = tables(trained);
    merged = lowRank == null ? tables : tables(cut(parameters.layout(), LowRank.UNUSED));
    space = new WeightSpace(device, parameters.layout(), ranges);
  }

  private List<SegmentTable> tables(List<List<Segment>> lanes) {
    return lanes.stream().map(device::segments).toList();
  }

  /** What is trained of the segments, in as few pieces as may be; padding between is zero. */
  private static List<WeightSpace.Range> ranges(List<Segment> segments) {
    List<WeightSpace.Range> ranges = new ArrayList<>();
    for (Segment segment : segments) {
      if (segment.frozen()) {
        continue;
      }
      long end = segment.offset() + segment.length();
      WeightSpace.Range last = ranges.isEmpty() ? null : ranges.getLast();
      if (last != null && segment.offset() - last.offset() - last.length() < ALIGNMENT) {
        ranges.removeLast();
        ranges.add(new WeightSpace.Range(last.offset(), Math.toIntExact(end - last.offset())));
      } else {
        ranges.add(new WeightSpace.Range(segment.offset(), segment.length()));
      }
    }
    return ranges;
  }

  /** The segments of each lane. */
  private List<List<Segment>> cut(ParameterLayout layout, FreezePlan freeze) {
    List<List<Segment>> lanes = new ArrayList<>();
    long perLane = freeze.trainable(layout) / device.lanes() + 1;
    List<Segment> mine = new ArrayList<>();
    long filled = 0;
    for (Parameter parameter : layout.parameters()) {
      boolean decays = recipe.decayAll() || parameter.matrix();
      boolean frozen = freeze.freezes(parameter);
      long first = 0;
      while (first < parameter.size()) {
        // A multiple of 16 elements, so that no two lanes write to one cache line.
        long room =
            frozen
                ? parameter.size()
                : Math.max(ALIGNMENT, (perLane - filled) / ALIGNMENT * ALIGNMENT);
        long count = Math.min(parameter.size() - first, room);
        long offset = parameter.offset() + first;
        mine.add(new Segment(offset, Math.toIntExact(count), 1, decays, frozen));
        first += count;
        filled += frozen ? 0 : count;
        if (filled >= perLane && lanes.size() < device.lanes() - 1) {
          lanes.add(mine);
          mine = new ArrayList<>();
          filled = 0;
        }
      }
    }
    lanes.add(mine);
    while (lanes.size() < device.lanes()) {
      lanes.add(List.of());
    }
    return lanes;
  }

  /**
   * Sums the lanes' gradients, clips, updates; the gradients are zero afterwards. With a norm that
   * is not finite nothing is updated.
   *
   * @param hook changes the sum before it is clipped; may be null
   */
  Update step(GradientHook hook) {
    double norm = Math.sqrt(merge());
    double added = 0;
    if (hook != null) {
      added = hook.apply(gradients, space);
      norm = Math.sqrt(merge(tables, List.of()));
    }
    double rate = recipe.rateAt(steps);
    steps++;
    if (!Double.isFinite(norm)) {
      nonFinite = findNonFinite();
      discard();
      return new Update(rate, norm, added);
    }
    updates++;
    double clip = recipe.clip();
    double scale = clip > 0 && norm > clip ? clip / (norm + 1e-6) : 1;
    AdamWStep scalars = scalars(updates, rate, scale);
    device.onEachLane(
        (lane, ops) -> {
          ops.mark(Place.OPTIMIZER);
          ops.adamw(
              tables.get(lane),
              parameters.master(),
              parameters.compute(),
              gradients,
              moment1.all(),
              moment2.all(),
              scalars);
        });
    if (lowRank != null) {
      lowRank.write();
    }
    return new Update(rate, norm, added);
  }

  private AdamWStep scalars(int update, double rate, double scale) {
    return new AdamWStep(
        update,
        rate,
        recipe.beta1(),
        recipe.beta2(),
        recipe.epsilon(),
        recipe.weightDecay(),
        scale);
  }

  /** Whether a step can be recorded: the gradient is that of one lane, as it left it. */
  boolean recordable() {
    return lowRank == null && others.isEmpty();
  }

  /** The scalars of the next step, to where a recorded one reads them. */
  void prepare(StepRecorder recorder) {
    recorder.prepare(scalars(updates + 1, recipe.rateAt(steps), 1), recipe.clip());
  }

  /** {@link #step} without a hook, as work to be recorded. */
  void work(StepRecorder recorder) {
    recorder.clippedAdamw(
        tables.getFirst(),
        parameters.master(),
        parameters.compute(),
        gradients,
        moment1.all(),
        moment2.all());
  }

  /** What a recorded step came to. */
  Update done(StepRecorder recorder) {
    double norm = Math.sqrt(recorder.squares());
    double rate = recipe.rateAt(steps);
    steps++;
    if (Double.isFinite(norm)) {
      updates++;
    }
    return new Update(rate, norm, 0);
  }

  /** Adds up the lanes' gradients; returns the square of the norm of what is trained. */
  private double merge() {
    double whole = merge(merged, others);
    if (lowRank == null) {
      return whole;
    }
    lowRank.pullBack(sum);
    return merge(tables, List.of());
  }

  private double merge(List<SegmentTable> segments, List<Tensor> from) {
    device.onEachLane(
        (lane, ops) -> {
          ops.mark(Place.OPTIMIZER);
          squares[lane] = ops.mergeGradients(segments.get(lane), gradients, from);
        });
    double total = 0;
    for (double sum : squares) {
      total += sum;
    }
    return total;
  }

  /** The gradient of what the lanes have learned since the last step, which is forgotten then. */
  <R> R gradient(Function<Tensor, R> use) {
    merge();
    try {
      return use.apply(gradients);
    } finally {
      space.zero(gradients);
    }
  }

  /** Vectors over what is trained. */
  WeightSpace space() {
    return space;
  }

  /** See {@link Learner#nonFinite}. */
  String nonFinite() {
    return nonFinite;
  }

  private String findNonFinite() {
    List<Parameter> all = parameters.layout().parameters();
    for (Parameter parameter : all) {
      if (!isFinite(parameters.master(), parameter)) {
        return "weights of " + parameter.name();
      }
    }
    for (Parameter parameter : all.reversed()) {
      if (!isFinite(gradients, parameter)) {
        return "gradient of " + parameter.name();
      }
    }
    return "the gradient's norm alone";
  }

  private boolean isFinite(Tensor vector, Parameter parameter) {
    for (float value : space.read(vector, parameter)) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private void discard() {
    device.onEachLane(
        (lane, ops) -> {
          if (lane == 0) {
            ops.zero(gradients);
          }
        });
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

  /** Goes on in the middle of a phase. */
  void goOn(Moments moments, int stepsDone) {
    carry(moments);
    steps = stepsDone;
  }

  /** Steps of this phase. */
  int steps() {
    return steps;
  }

  @Override
  public void close() {
    tables.forEach(SegmentTable::close);
    if (lowRank != null) {
      merged.forEach(SegmentTable::close);
    }
    moment1.close();
    moment2.close();
  }
}
