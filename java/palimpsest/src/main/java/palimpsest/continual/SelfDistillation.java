package palimpsest.continual;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import palimpsest.base.CountedRandom;
import palimpsest.data.Batch;
import palimpsest.data.TextBatches;
import palimpsest.train.Objective;
import palimpsest.train.Pupil;
import palimpsest.train.Sampling;
import palimpsest.train.Term;

/**
 * Distillation on texts of the model's own: before a task it writes some from the end token on, and
 * while it learns it is held to what it said of them then, {@code α KL(p_old ‖ p_new)} averaged
 * over their tokens. Needs nothing of earlier tasks. {@code self-distill:0} is {@code seq}.
 */
final class SelfDistillation implements Strategy {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "self-distill",
              List.of(
                  new Parameter.Strength("strength", "a", 10.0),
                  new Parameter.Size("texts", "n", 500, 1, 1_000_000),
                  new Parameter.Size("tokens", "l", 32, 2, 4096),
                  new Parameter.Share("mix", "m", 0.2, false, true)),
              "Lets the model write n texts of l tokens before the task, and distils what it says"
                  + " of them then into the new one, a share m of a batch at each step, with weight"
                  + " a.");
        }

        @Override
        public Optional<String> misfit(Values values, Setting setting) {
          if (values.count("tokens") >= setting.positions()) {
            return Optional.of(
                "tokens=%d must be less than the model's %d positions"
                    .formatted(values.count("tokens"), setting.positions()));
          }
          return Mix.rows(values.share("mix"), setting.rows()) == 0
              ? Optional.of(
                  "mix=%s is less than one row of %d"
                      .formatted(values.share("mix"), setting.rows()))
              : Optional.empty();
        }

        @Override
        public List<String> examples() {
          return List.of("self-distill:tokens=8", "self-distill:1:texts=20:tokens=4:mix=1");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.Form("self-distill:0:tokens=8");
        }

        @Override
        public OldData oldData(Values values) {
          return OldData.GENERATED;
        }

        @Override
        public double stepCost(Values values, Setting setting) {
          // a text has twice the tokens of a question, and is read once more by the old model
          return 1 + values.share("mix") * (1 + 1.0 / 3) * values.count("tokens") / 16;
        }

        @Override
        public Strategy begin(Values values) {
          return new SelfDistillation(
              values.number("strength"),
              values.count("texts"),
              values.count("tokens"),
              values.share("mix"));
        }
      };

  /** Texts written at once. */
  private static final int AT_ONCE = 64;

  private final double strength;
  private final int count;
  private final int tokens;
  private final double mix;
  private final List<int[]> texts = new ArrayList<>();
  private int start;
  private CountedRandom draws;
  private Pupil.Teacher teacher;
  private long teacherBytes;

  private SelfDistillation(double strength, int count, int tokens, double mix) {
    this.strength = strength;
    this.count = count;
    this.tokens = tokens;
    this.mix = mix;
  }

  @Override
  public void beforeTask(TaskContext task) {
    dismiss();
    if (strength == 0) {
      return;
    }
    int[] answer = task.training().getFirst().answerIds();
    start = answer[answer.length - 1];
    RandomGenerator random = task.random("self-distill", "write");
    while (texts.size() < count) {
      int some = Math.min(AT_ONCE, count - texts.size());
      texts.addAll(task.pupil().write(start, some, tokens, Sampling.at(1), random));
    }
    draws = task.random("self-distill", "draw");
    teacher = task.pupil().teacher();
    teacherBytes = task.pupil().layout().length() * Float.BYTES;
  }

  @Override
  public List<Term> terms(StepRows rows, TaskContext task) {
    if (teacher == null) {
      return List.of();
    }
    int drawn = Mix.rows(mix, rows.batch().rows());
    Batch batch =
        TextBatches.of(start, draws.ints(drawn, 0, texts.size()).mapToObj(texts::get).toList());
    var old = new Objective.Distillation(teacher.logits(batch), 1);
    return List.of(new Term("self-distill", batch, old, strength));
  }

  @Override
  public void afterTask(TaskContext task) {
    dismiss();
  }

  private void dismiss() {
    texts.clear();
    if (teacher != null) {
      teacher.close();
      teacher = null;
      teacherBytes = 0;
    }
  }

  @Override
  public StrategyState midway() {
    return draws == null ? new StrategyState() : new StrategyState().put("drawn", draws);
  }

  @Override
  public void goOn(StrategyState midway) {
    if (draws != null) {
      midway.goOn("drawn", draws);
    }
  }

  @Override
  public long extraBytes() {
    return teacherBytes + Integer.BYTES * texts.stream().mapToLong(text -> text.length).sum();
  }

  @Override
  public void close() {
    dismiss();
  }
}
