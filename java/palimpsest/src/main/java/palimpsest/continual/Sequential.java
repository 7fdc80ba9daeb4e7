package palimpsest.continual;

import java.util.List;
import java.util.Optional;
import palimpsest.model.FreezePlan;

/**
 * Plain fine-tuning on one task after another: what every other method is compared with.
 *
 * <p>{@code seq:as-released} is the paper's code as it was released: from task 1 on it freezes what
 * has {@code layers.1} in its name, by default and whatever the paper says (spec, section 6.1).
 */
final class Sequential implements Strategy {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "seq",
              List.of(new Parameter.Flag("as-released")),
              "Trains every weight on the new task alone; the reference. As released: freezes what"
                  + " has layers.1 in its name.");
        }

        @Override
        public Optional<String> misfit(Values values, Setting setting) {
          return values.flag("as-released") && setting.layers() < 2
              ? Optional.of("the model has no layers.1")
              : Optional.empty();
        }

        @Override
        public Optional<String> clash(List<String> others) {
          return Optional.of(
              "seq stands alone: it is what the other methods are without their additions");
        }

        @Override
        public List<String> examples() {
          return List.of("seq", "seq:as-released");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.Form("seq");
        }

        @Override
        public Strategy begin(Values values) {
          return new Sequential(values.flag("as-released"));
        }
      };

  private final boolean asReleased;

  private Sequential(boolean asReleased) {
    this.asReleased = asReleased;
  }

  @Override
  public FreezePlan trainable(TaskContext task) {
    return asReleased && task.task() > 0
        ? SubstringFreeze.of(List.of("layers.1"), FrozenFrom.shape(task).layers())
        : FreezePlan.NONE;
  }
}
