package palimpsest.continual;

import java.util.List;
import java.util.Optional;
import palimpsest.model.FreezePlan;
import palimpsest.model.Insert;

/**
 * m vectors in front of every sequence are trained, and nothing else (Lester et al. 2021). The same
 * ones go on with every task and stand in front of the questions of all tasks; a prompt for each
 * task is {@code isolation:m:branch=prompt}.
 */
final class PromptTuning implements Strategy {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "prompt",
              List.of(new Parameter.Size("vectors", "m", null, 1, 1024), Inserts.rate(RATE)),
              "Trains m vectors in front of every question, and nothing else.");
        }

        @Override
        public Optional<String> misfit(Values values, Setting setting) {
          return tooLong(values.count("vectors"), setting);
        }

        @Override
        public Optional<String> clash(StrategyKind other) {
          return Inserts.clash(other);
        }

        @Override
        public List<String> examples() {
          return List.of("prompt:4", "prompt:2:rate=30");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.None(
              "no value of a vector in front of a question leaves its logits as they are: attention"
                  + " looks at whatever stands there");
        }

        @Override
        public double stepCost(Values values, Setting setting) {
          return 1 + values.count("vectors") / 16.0; // a question has some 16 tokens
        }

        @Override
        public Strategy begin(Values values) {
          return new PromptTuning(
              new Insert.Prompt(values.count("vectors")), values.number("rate"));
        }
      };

  static final double RATE = 100;

  private final Insert.Prompt prompt;
  private final double rate;
  private long parameters;

  private PromptTuning(Insert.Prompt prompt, double rate) {
    this.prompt = prompt;
    this.rate = rate;
  }

  /** A prompt may take half of the positions. */
  static Optional<String> tooLong(int vectors, Setting setting) {
    return 2 * vectors > setting.positions()
        ? Optional.of(
            "the model reads %d positions, half of them are for the question: %d vectors at most"
                .formatted(setting.positions(), setting.positions() / 2))
        : Optional.empty();
  }

  @Override
  public void beforeTask(TaskContext task) {
    parameters = Inserts.size(task.pupil().layout().config(), prompt);
    if (!task.pupil().layout().insert().equals(prompt)) {
      float[] values = Inserts.words(task, prompt, task.random("prompt", "words"));
      task.pupil().insert(prompt, values);
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
