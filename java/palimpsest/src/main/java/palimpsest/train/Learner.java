package palimpsest.train;

import java.util.List;
import palimpsest.data.Batch;
import palimpsest.data.Question;
import palimpsest.model.FlatBuffer;
import palimpsest.model.FreezePlan;
import palimpsest.model.Parameters;
import palimpsest.ops.Device;

/**
 * A model on a device that can take training steps and answer questions. A step has two barriers:
 * each lane runs forward and backward on its share of the batch; then the lanes' gradients are
 * summed in lane order, by parameter range; then AdamW, by the same ranges.
 */
public final class Learner implements AutoCloseable {
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
    Optimizer current = begun();
    int counted = batch.counted();
    if (counted == 0) {
      throw new IllegalArgumentException("a batch without a single target");
    }
    device.onEachLane(
        (lane, ops) -> {
          int first = share(batch.rows(), lane);
          int end = share(batch.rows(), lane + 1);
          lanes[lane].learn(ops, batch, first, end, 1f / counted, passPositions);
        });
    double loss = 0;
    for (Lane lane : lanes) {
      loss += lane.loss();
    }
    Optimizer.Update update = current.step();
    return new StepReport(
        current.steps(),
        loss / counted,
        update.learningRate(),
        update.gradientNorm(),
        batch.rows() * batch.length());
  }

  /**
   * One teacher-forced pass over the questions; the answers come in the questions' order. Draws no
   * random numbers.
   */
  public List<Scored> score(List<Question> questions) {
    List<Group> groups = Group.cut(questions, passPositions);
    Scored[] scored = new Scored[questions.size()];
    device.onEachLane(
        (lane, ops) -> {
          for (int i = lane; i < groups.size(); i += lanes.length) {
            lanes[lane].answer(ops, questions, groups.get(i), scored);
          }
        });
    return List.of(scored);
  }

  private int share(int rows, int lane) {
    return (int) ((long) rows * lane / lanes.length);
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
