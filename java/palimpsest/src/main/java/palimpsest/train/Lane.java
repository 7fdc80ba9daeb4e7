package palimpsest.train;

import java.util.Arrays;
import java.util.List;
import palimpsest.data.Question;
import palimpsest.model.FlatBuffer;
import palimpsest.model.FreezePlan;
import palimpsest.model.LogitLoss;
import palimpsest.model.Parameters;
import palimpsest.model.PrefixCache;
import palimpsest.model.Recompute;
import palimpsest.model.Transformer;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Ops;
import palimpsest.ops.StepRecorder;
import palimpsest.ops.Tensor;

/** One lane's share of a step: its own activations and its own gradients. */
final class Lane implements AutoCloseable {
  private final Device device;
  private final Parameters parameters;
  private final Recompute recompute;
  private FlatBuffer gradients;
  private FreezePlan freeze = FreezePlan.NONE;
  private Transformer transformer;
  private Tensor logits;
  private DeviceMemory wanted;
  private double loss;

  private int[] rows = new int[0];
  private int[] targets = new int[0];
  private int[] tokens = new int[0];
  private int[] places = new int[0];
  private int[] largest = new int[0];
  private float[] losses = new float[0];

  Lane(Device device, Parameters parameters) {
    this(device, parameters, Recompute.NONE);
  }

  Lane(Device device, Parameters parameters, Recompute recompute) {
    this.recompute = recompute;
    this.device = device;
    this.parameters = parameters;
  }

  /** Makes ready for a phase; the gradients are zero. */
  void train(Ops ops, FreezePlan plan) {
    if (gradients == null) {
      gradients = new FlatBuffer(device, parameters.layout(), "gradients");
    } else {
      ops.zero(gradients.all());
    }
    if (!plan.equals(freeze)) {
      closeTransformer();
      freeze = plan;
    } else if (transformer != null && !transformer.trains()) {
      closeTransformer();
    }
  }

  FlatBuffer gradients() {
    return gradients;
  }

  /** Sum of the losses of the last {@link #learn}. */
  double loss() {
    return loss;
  }

  /**
   * Forward and backward over the rows, in as many passes as they need; the gradient is that of
   * {@code scale · Σ losses}.
   *
   * @param cache of what the frozen layers leave; null computes it with the rest
   */
  void learn(
      Ops ops,
      BatchRows mine,
      Objective objective,
      float scale,
      int passPositions,
      PrefixCache cache) {
    loss = 0;
    inPasses(
        ops,
        mine,
        passPositions,
        cache,
        (part, m) -> {
          transformer.backward(part.count(), part.time(), scale, losses, loss(objective, m));
          for (int i = 0; i < m; i++) {
            loss += losses[i];
          }
        });
  }

  /** A batch that is on the device: steps on two of one shape differ by its contents alone. */
  record Fed(
      Transformer transformer,
      int batch,
      int time,
      int m,
      boolean prompted,
      boolean behindPrefix,
      float scale) {}

  /**
   * Copies rows to the device that go through the model in one pass.
   *
   * @param cache as {@link #learn} takes it
   * @return null if they take several
   */
  Fed feed(Ops ops, BatchRows mine, float scale, int passPositions, PrefixCache cache) {
    if (mine.count() == 0
        || mine.count() > atOnce(passPositions, mine.time())
        || mine.byLength(passPositions / 8).size() > 1) {
      return null;
    }
    int batch = mine.count();
    int time = mine.time();
    ready(ops, batch, time);
    int m = feed(mine, cache);
    boolean prompted = transformer.prompted(batch, time);
    return new Fed(transformer, batch, time, m, prompted, cache != null, scale);
  }

  /** Returns how many positions count. */
  private int feed(BatchRows some, PrefixCache cache) {
    int m = some.copy(tokens, rows, targets, places);
    if (cache == null) {
      transformer.feed(tokens, some.count(), some.time(), rows, targets, m);
    } else {
      transformer.feed(tokens, some.count(), some.time(), rows, targets, m, cache);
    }
    return m;
  }

  /** Forward and backward of a batch that was fed. */
  void learn(Fed fed) {
    logits = transformer.run(fed.batch(), fed.time());
    transformer.backward(fed.batch(), fed.time(), fed.scale(), LogitLoss.CROSS_ENTROPY);
  }

  /** Sum of the losses of a batch that was fed and learned from. */
  double loss(Fed fed) {
    transformer.losses(losses);
    double sum = 0;
    for (int i = 0; i < fed.m(); i++) {
      sum += losses[i];
    }
    return sum;
  }

  /** Logits of the counted positions, each at its place in {@code all [M, V]}. */
  void logits(Ops ops, BatchRows mine, float[] all, int passPositions) {
    int vocabulary = parameters.config().vocabulary();
    inPasses(
        ops,
        mine,
        passPositions,
        null,
        (part, m) -> {
          float[] some = new float[m * vocabulary];
          device.read(logits, some, some.length);
          for (int i = 0; i < m; i++) {
            System.arraycopy(some, i * vocabulary, all, places[i] * vocabulary, vocabulary);
          }
        });
  }

  /** What is done after the forward pass of some rows. */
  private interface Then {
    void run(BatchRows part, int counted);
  }

  private void inPasses(Ops ops, BatchRows mine, int passPositions, PrefixCache cache, Then then) {
    if (mine.count() == 0) {
      return;
    }
    ready(ops, Math.min(atOnce(passPositions, mine.time()), mine.count()), mine.time());
    for (BatchRows part : mine.byLength(passPositions / 8)) {
      int atOnce = atOnce(passPositions, part.time());
      for (int row = 0; row < part.count(); row += atOnce) {
        BatchRows some = part.slice(row, Math.min(row + atOnce, part.count()));
        ready(ops, some.count(), some.time());
        int m = feed(some, cache);
        logits = transformer.run(some.count(), some.time());
        then.run(some, m);
      }
    }
  }

  private static int atOnce(int passPositions, int time) {
    return Math.max(1, passPositions / time);
  }

  private LogitLoss loss(Objective objective, int m) {
    return switch (objective) {
      case Objective.Targets _ -> LogitLoss.CROSS_ENTROPY;
      case Objective.Distillation(float[] teacher, double temperature) -> {
        Tensor wanted = wanted(teacher, m);
        yield (ops, logits, losses, targets, scale) ->
            ops.distillationForwardBackward(logits, losses, wanted, (float) temperature, scale);
      }
      case Objective.SquaredError(float[] values) -> {
        Tensor wanted = wanted(values, m);
        yield (ops, logits, losses, targets, scale) ->
            ops.squaredErrorForwardBackward(logits, losses, wanted, scale);
      }
      case Objective.SquaredNorm _ ->
          (ops, logits, losses, targets, scale) ->
              ops.squaredErrorForwardBackward(logits, losses, null, scale);
    };
  }

  /** The rows of {@code all [M, V]} that belong to the pass's positions, on the device. */
  private Tensor wanted(float[] all, int m) {
    int vocabulary = parameters.config().vocabulary();
    float[] some = new float[m * vocabulary];
    for (int i = 0; i < m; i++) {
      System.arraycopy(all, places[i] * vocabulary, some, i * vocabulary, vocabulary);
    }
    long bytes = (long) some.length * Float.BYTES;
    if (wanted == null || wanted.bytes() < bytes) {
      closeWanted();
      wanted = device.allocate(bytes, "logits to imitate");
    }
    Tensor tensor = wanted.tensor(0, DType.FP32, m, vocabulary);
    device.write(tensor, some);
    return tensor;
  }

  private void closeWanted() {
    if (wanted != null) {
      wanted.close();
      wanted = null;
    }
  }

  /** Teacher-forced answers to a group of questions. */
  void answer(Ops ops, List<Question> questions, Group group, Scored[] scored) {
    int batch = group.members().length;
    int time = group.length();
    ready(ops, batch, time);
    Arrays.fill(tokens, 0, batch * time, 0);
    int m = 0;
    for (int b = 0; b < batch; b++) {
      Question question = questions.get(group.members()[b]);
      int[] prompt = question.promptIds();
      int[] answer = question.answerIds();
      System.arraycopy(prompt, 0, tokens, b * time, prompt.length);
      System.arraycopy(answer, 0, tokens, b * time + prompt.length, answer.length - 1);
      for (int i = 0; i < answer.length; i++) {
        rows[m] = b * time + prompt.length - 1 + i;
        targets[m++] = answer[i];
      }
    }
    transformer.forward(tokens, 0, batch, time, rows, targets, m);
    transformer.score(losses, largest);
    int next = 0;
    for (int member : group.members()) {
      Question question = questions.get(member);
      int length = question.answerIds().length;
      double sum = 0;
      for (int i = 0; i < length; i++) {
        sum += losses[next + i];
      }
      int[] predicted = Arrays.copyOfRange(largest, next, next + length);
      scored[member] = new Scored(question, predicted, sum / length);
      next += length;
    }
  }

  /** An arena for this shape, at least: it grows, and is planned anew, when a larger one comes. */
  private void ready(Ops ops, int batch, int time) {
    if (transformer == null || !transformer.fits(batch, time)) {
      int positions = batch * time;
      int longest = time;
      if (transformer != null) {
        positions = Math.max(positions, transformer.plan().positions());
        longest = Math.max(longest, transformer.plan().time());
        closeTransformer();
      }
      transformer =
          gradients == null
              ? new Transformer(device, ops, parameters, positions, longest)
              : new Transformer(
                  device, ops, parameters, gradients, freeze, recompute, positions, longest);
    }
    int positions = transformer.plan().positions();
    if (rows.length < positions) {
      rows = new int[positions];
      targets = new int[positions];
      places = new int[positions];
      tokens = new int[positions];
      largest = new int[positions];
      losses = new float[positions];
    }
  }

  private void closeTransformer() {
    if (transformer != null) {
      device.recorder().ifPresent(StepRecorder::forget);
      transformer.close();
      transformer = null;
    }
  }

  @Override
  public void close() {
    closeTransformer();
    closeWanted();
    if (gradients != null) {
      gradients.close();
    }
  }
}
