package palimpsest.train;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import palimpsest.data.Batch;
import palimpsest.data.Question;
import palimpsest.model.FlatBuffer;
import palimpsest.model.FreezePlan;
import palimpsest.model.Parameters;
import palimpsest.ops.Device;
import palimpsest.ops.Tensor;

/**
 * A model on a device that can take training steps and answer questions. A step has two barriers:
 * each lane runs forward and backward on its share of the batch; then the lanes' gradients are
 * summed in lane order, by parameter range; then AdamW, by the same ranges.
 */
public final class Learner implements Pupil, AutoCloseable {
  private final Device device;
  private final Parameters parameters;
  private final Lane[] lanes;
  private final int passPositions;
  private Optimizer optimizer;

  /** The parameters stay the caller's, to close after the learner. */
  public Learner(Device device, Parameters parameters) {
    this(device, parameters, device.passPositions());
  }

  /**
   * @param passPositions in place of the usual number, which a small batch never reaches
   */
  Learner(Device device, Parameters parameters, int passPositions) {
    this.device = device;
    this.parameters = parameters;
    this.passPositions = passPositions;
    lanes = new Lane[device.lanes()];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = new Lane(device, parameters);
    }
  }

  /** The model's weights. */
  public Parameters parameters() {
    return parameters;
  }

  /**
   * Starts a phase: a fresh optimiser, step 0.
   *
   * @throws IllegalArgumentException if the plan freezes everything
   */
  public void begin(Recipe recipe, FreezePlan freeze) {
    if (freeze.trainable(parameters.layout()) == 0) {
      throw new IllegalArgumentException("nothing is left to train");
    }
    closeOptimizer();
    device.onEachLane((lane, ops) -> lanes[lane].train(ops, freeze));
    FlatBuffer[] gradients = new FlatBuffer[lanes.length];
    for (int i = 0; i < lanes.length; i++) {
      gradients[i] = lanes[i].gradients();
    }
    optimizer = new Optimizer(device, parameters, gradients, recipe, freeze);
  }

  /** After {@link #begin}: goes on with another phase's moments instead of zeros. */
  public void carry(Moments moments) {
    begun().carry(moments);
  }

  /** AdamW's moments, to carry into another phase. */
  public Moments moments() {
    return begun().moments();
  }

  private Optimizer begun() {
    if (optimizer == null) {
      throw new IllegalStateException("no phase has begun");
    }
    return optimizer;
  }

  /** One optimisation step on the mean loss over the batch's counted positions. */
  public StepReport step(Batch batch) {
    return step(List.of(Term.task(batch)), null);
  }

  /**
   * One optimisation step on the sum of the terms.
   *
   * @param terms the task's own first
   * @param hook changes the gradient before it is clipped; may be null
   */
  public StepReport step(List<Term> terms, GradientHook hook) {
    Optimizer current = begun();
    double loss = learn(terms.getFirst());
    double added = 0;
    for (Term term : terms.subList(1, terms.size())) {
      added += term.weight() * learn(term);
    }
    int tokens = terms.stream().mapToInt(term -> term.batch().rows() * term.batch().length()).sum();
    Optimizer.Update update = current.step(hook);
    return new StepReport(
        current.steps(),
        loss,
        added + update.added(),
        update.learningRate(),
        update.gradientNorm(),
        tokens);
  }

  /** Adds the term's gradient to the lanes'; returns its mean loss, without the weight. */
  private double learn(Term term) {
    int counted = term.batch().counted();
    float scale = (float) (term.weight() / counted);
    BatchRows rows = BatchRows.of(term.batch());
    device.onEachLane(
        (lane, ops) ->
            lanes[lane].learn(
                ops, rows.dealt(lane, lanes.length), term.objective(), scale, passPositions));
    double loss = 0;
    for (Lane lane : lanes) {
      loss += lane.loss();
    }
    return loss / counted;
  }

  @Override
  public WeightSpace space() {
    return begun().space();
  }

  @Override
  public Tensor weights() {
    return parameters.master();
  }

  @Override
  public float[] copy() {
    return parameters.copy();
  }

  @Override
  public void restore(float[] weights) {
    parameters.restore(weights);
  }

  @Override
  public <R> R gradient(List<Term> terms, Function<Tensor, R> use) {
    Optimizer current = begun();
    terms.forEach(this::learn);
    return current.gradient(use);
  }

  @Override
  public float[] logits(Batch batch) {
    float[] all = new float[batch.counted() * parameters.config().vocabulary()];
    BatchRows rows = BatchRows.of(batch);
    device.onEachLane(
        (lane, ops) -> lanes[lane].logits(ops, rows.dealt(lane, lanes.length), all, passPositions));
    return all;
  }

  @Override
  public Teacher teacher() {
    return new Snapshot(device, parameters);
  }

  /** A copy of a model, with lanes of its own. */
  private static final class Snapshot implements Teacher {
    private final Parameters parameters;
    private final Learner learner;

    Snapshot(Device device, Parameters original) {
      parameters = new Parameters(device, original.config());
      parameters.restore(original.copy());
      learner = new Learner(device, parameters);
    }

    @Override
    public float[] logits(Batch batch) {
      return learner.logits(batch);
    }

    @Override
    public void close() {
      learner.close();
      parameters.close();
    }
  }

  /**
   * One teacher-forced pass over the questions; the answers come in the questions' order. Draws no
   * random numbers.
   */
  @Override
  public List<Scored> score(List<Question> questions) {
    int[] lengths = Group.lengths(questions);
    int[] order = Group.byLength(lengths);
    Scored[] scored = new Scored[questions.size()];
    device.onEachLane(
        (lane, ops) -> {
          int[] mine = dealt(order, lane);
          for (Group group : Group.cut(lengths, mine, passPositions)) {
            lanes[lane].answer(ops, questions, group, scored);
          }
        });
    return List.of(scored);
  }

  /** Every so many-th, so that all lanes have questions of all lengths. */
  private int[] dealt(int[] order, int lane) {
    return IntStream.range(0, order.length)
        .filter(i -> i % lanes.length == lane)
        .map(i -> order[i])
        .toArray();
  }

  private void closeOptimizer() {
    if (optimizer != null) {
      optimizer.close();
      optimizer = null;
    }
  }

  @Override
  public void close() {
    closeOptimizer();
    for (Lane lane : lanes) {
      lane.close();
    }
  }
}
