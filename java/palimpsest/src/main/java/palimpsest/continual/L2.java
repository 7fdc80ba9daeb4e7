package palimpsest.continual;

import java.util.List;

/**
 * {@code ½ λ ‖θ − θ*‖²} around the weights θ* after the last task: every weight matters the same.
 * {@code l2:0} is {@code seq}. On {@code micro} the default, 0.01, barely slows the new task and 1
 * stops it.
 */
final class L2 extends Anchored {
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

  private L2(double strength) {
    super(strength);
  }

  @Override
  float[] importance(TaskContext task, float[] before) {
    return null;
  }
}
