package palimpsest.continual;

import java.util.List;
import java.util.Optional;
import palimpsest.model.FreezePlan;
import palimpsest.model.Insert;
import palimpsest.model.ModelConfig;

/**
 * A narrow branch beside the MLP of every layer is trained, and nothing else (the parallel adapter
 * of He et al. 2022). The same one goes on with every task.
 */
final class Adapter implements Strategy {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "adapter",
              List.of(new Parameter.Size("width", "w", null, 1, 65_536), Inserts.rate(RATE)),
              "Trains a branch of w hidden units beside the MLP of every layer, and nothing else.");
        }

        @Override
        public Optional<String> clash(StrategyKind other) {
          return Inserts.clash(other);
        }

        @Override
        public List<String> examples() {
          return List.of("adapter:8", "adapter:3:rate=5");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.None(
              "without a branch nothing is trained; its zeros leave the logits as they are at step"
                  + " 0");
        }

        @Override
        public Strategy begin(Values values) {
          return new Adapter(new Insert.Adapter(values.count("width")), values.number("rate"));
        }
      };

  static final double RATE = 10;

  private final Insert.Adapter branch;
  private final double rate;
  private long parameters;

  private Adapter(Insert.Adapter branch, double rate) {
    this.branch = branch;
    this.rate = rate;
  }

  @Override
  public void beforeTask(TaskContext task) {
    ModelConfig config = task.pupil().layout().config();
    parameters = Inserts.size(config, branch);
    if (!task.pupil().layout().insert().equals(branch)) {
      task.pupil().insert(branch, Inserts.still(config, branch, task.random("adapter", "down")));
    }
  }

  @Override
  public FreezePlan trainable(TaskContext task) {
    return FreezePlan.OWN;
  }

  @Override
  public double rate() {
    return rate;
  }

  @Override
  public long addedParameters() {
    return parameters;
  }
}
