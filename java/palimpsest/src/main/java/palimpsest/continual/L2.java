package palimpsest.continual;

import java.util.List;
import java.util.Optional;
import palimpsest.train.GradientHook;

/**
 * {@code ½ λ ‖θ − θ*‖²} around the weights θ* after the last task: every weight matters the same.
 * {@code l2:0} is {@code seq}. On {@code micro} the default, 0.01, barely slows the new task and 1
 * stops it.
 */
final class L2 implements Strategy {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "l2",
              List.of(new Parameter.Strength("strength", "s", 0.01)),
              "Pulls all weights back to those after the last task, by s/2 (default 0.01) times"
                  + " the squared distance.");
        }

        @Override
        public List<String> examples() {
          return List.of("l2", "l2:1");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.Form("l2:0");
        }

        @Override
        public Strategy begin(Values values) {
          return new L2(values.number("strength"));
        }
      };

  private final QuadraticPenalty penalty;

  private L2(double strength) {
    this.penalty = new QuadraticPenalty(strength);
  }

  @Override
  public Optional<GradientHook> gradientHook(TaskContext task) {
    return penalty.hook(task.pupil());
  }

  @Override
  public void afterTask(TaskContext task) {
    penalty.release();
    if (penalty.active()) {
      penalty.set(null, task.pupil().copy());
    }
  }

  @Override
  public StrategyState state() {
    return penalty.state();
  }

  @Override
  public void load(StrategyState state) {
    penalty.load(state);
  }

  @Override
  public long extraBytes() {
    return penalty.bytes();
  }

  @Override
  public void close() {
    penalty.close();
  }
}
