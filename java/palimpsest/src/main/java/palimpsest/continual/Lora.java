package palimpsest.continual;

import java.util.List;
import java.util.Optional;
import palimpsest.model.FreezePlan;
import palimpsest.model.Insert;
import palimpsest.model.ModelConfig;
import palimpsest.model.ParameterLayout;

/**
 * Low-rank adaptation (Hu et al. 2022): beside every matrix of every layer a product of rank r is
 * trained, {@code W = W₀ + (alpha/r) B A}, and nothing else. After the task it is merged into the
 * weights; the next task gets a new pair. One pair a task that is kept apart is {@code
 * isolation:r:branch=lora}.
 */
final class Lora implements Strategy {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "lora",
              List.of(
                  new Parameter.Size("rank", "r", null, 1, 1024),
                  new Parameter.Positive("alpha", "a", ALPHA),
                  Inserts.rate(RATE)),
              "Trains a product of rank r beside every matrix of the layers, and merges it after"
                  + " the task.");
        }

        @Override
        public Optional<String> clash(StrategyKind other) {
          return Inserts.clash(other);
        }

        @Override
        public List<String> examples() {
          return List.of("lora:4", "lora:2:alpha=8:rate=3");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.None(
              "a rank of 0 would train nothing; B = 0 leaves the logits as they are at step 0");
        }

        @Override
        public Strategy begin(Values values) {
          return new Lora(
              new Insert.LowRank(values.count("rank"), values.number("alpha")),
              values.number("rate"));
        }
      };

  /** What the authors set it to with a rank of 8. */
  static final double ALPHA = 16;

  /** Adam's steps do not know how small B is: ten times the rate of all weights is usual. */
  static final double RATE = 10;

  private final Insert.LowRank pair;
  private final double rate;
  private long extraBytes;

  Lora(Insert.LowRank pair, double rate) {
    this.pair = pair;
    this.rate = rate;
  }

  @Override
  public void beforeTask(TaskContext task) {
    ModelConfig config = task.pupil().layout().config();
    extraBytes = Float.BYTES * new ParameterLayout(config).size();
    task.pupil().insert(pair, Inserts.still(config, pair, task.random("lora", "A")));
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
  public void afterTask(TaskContext task) {
    if (task.pupil().layout().insert().equals(pair)) {
      task.pupil().merge();
    }
    extraBytes = 0;
  }

  /** Bytes of W₀, which is kept while a pair is trained. */
  @Override
  public long extraBytes() {
    return extraBytes;
  }
}
