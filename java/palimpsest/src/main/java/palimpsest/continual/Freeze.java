package palimpsest.continual;

import java.util.List;
import java.util.Optional;
import palimpsest.model.FreezePlan;

/**
 * Keeps the input embedding and the bottom n layers as task 0 left them (Zheng et al. 2025). The
 * last layer norm and the output head go on learning. {@code freeze:0} keeps nothing: it is {@code
 * seq}.
 */
final class Freeze implements Strategy {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "freeze",
              List.of(new Parameter.Count("layers", "n", null)),
              "Keeps the embedding and the bottom n layers as they are from task 1 on.");
        }

        @Override
        public Optional<String> misfit(Values values, Setting setting) {
          return values.count("layers") > setting.layers()
              ? Optional.of("the model has %d layers".formatted(setting.layers()))
              : Optional.empty();
        }

        @Override
        public List<String> examples() {
          return List.of("freeze:2", "freeze:4");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.Form("freeze:0");
        }

        @Override
        public Strategy begin(Values values) {
          return new Freeze(values.count("layers"));
        }
      };

  private final FreezePlan plan;

  private Freeze(int layers) {
    plan = layers == 0 ? FreezePlan.NONE : FreezePlan.bottom(layers);
  }

  @Override
  public FreezePlan trainable(TaskContext task) {
    return plan;
  }
}
