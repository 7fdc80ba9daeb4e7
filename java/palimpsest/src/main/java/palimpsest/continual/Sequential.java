package palimpsest.continual;

import java.util.List;

/** Plain fine-tuning on one task after another: what every other method is compared with. */
final class Sequential implements Strategy {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "seq", List.of(), "Trains every weight on the new task alone; the reference.");
        }

        @Override
        public List<String> examples() {
          return List.of("seq");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.Form("seq");
        }

        @Override
        public Strategy begin(Values values) {
          return new Sequential();
        }
      };
}
