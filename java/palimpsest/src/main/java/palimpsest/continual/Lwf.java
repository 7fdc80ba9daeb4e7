package palimpsest.continual;

import java.util.List;
import java.util.Optional;
import palimpsest.data.Batch;
import palimpsest.data.QuestionBatches;
import palimpsest.train.Objective;
import palimpsest.train.Pupil;
import palimpsest.train.Term;

/**
 * Learning without forgetting (Li, Hoiem 2016): on the new task's own questions the model is also
 * held to what it said before, {@code α T² KL(p_old ‖ p_new)} at temperature T, averaged over the
 * answers' tokens. {@code lwf:0} is {@code seq}. On dev of {@code tiny} α = 0.3 keeps 63 % of task
 * 0 where 0.1 keeps 34 and {@code seq} 11; at 1 the new task is not learned in three times as many
 * steps.
 */
final class Lwf implements Strategy {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "lwf",
              List.of(
                  new Parameter.Strength("strength", "a", 0.3),
                  new Parameter.Strength("temperature", "t", 2.0)),
              "Distils the model of before the task into the new one on the new questions, with"
                  + " weight a (default 0.3) at temperature t.");
        }

        @Override
        public Optional<String> misfit(Values values, Setting setting) {
          return values.number("temperature") == 0
              ? Optional.of("temperature must be above 0")
              : Optional.empty();
        }

        @Override
        public List<String> examples() {
          return List.of("lwf", "lwf:0.5:temperature=1");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.Form("lwf:0");
        }

        @Override
        public double stepCost(Values values, Setting setting) {
          return 2 + 1.0 / 3; // the questions a second time, and by the old model forwards alone
        }

        @Override
        public Strategy begin(Values values) {
          return new Lwf(values.number("strength"), values.number("temperature"));
        }
      };

  private final double strength;
  private final double temperature;
  private Pupil.Teacher teacher;
  private long teacherBytes;

  private Lwf(double strength, double temperature) {
    this.strength = strength;
    this.temperature = temperature;
  }

  @Override
  public void beforeTask(TaskContext task) {
    dismiss();
    if (strength > 0) {
      teacher = task.pupil().teacher();
      teacherBytes = task.pupil().space().layout().length() * Float.BYTES;
    }
  }

  @Override
  public List<Term> terms(StepRows rows, TaskContext task) {
    if (teacher == null) {
      return List.of();
    }
    Batch own = QuestionBatches.of(rows.own());
    var old = new Objective.Distillation(teacher.logits(own), temperature);
    return List.of(new Term("lwf", own, old, strength));
  }

  @Override
  public void afterTask(TaskContext task) {
    dismiss();
  }

  private void dismiss() {
    if (teacher != null) {
      teacher.close();
      teacher = null;
      teacherBytes = 0;
    }
  }

  @Override
  public long extraBytes() {
    return teacherBytes;
  }

  @Override
  public void close() {
    dismiss();
  }
}
