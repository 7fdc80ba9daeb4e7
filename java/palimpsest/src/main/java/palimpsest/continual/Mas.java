package palimpsest.continual;

import java.util.List;
import java.util.Map;
import palimpsest.data.Question;
import palimpsest.model.FlatBuffer;
import palimpsest.train.Objective;
import palimpsest.train.Pupil;
import palimpsest.train.Term;

/**
 * Memory aware synapses (Aljundi et al. 2018): as {@link Ewc}, but a weight matters by how much it
 * moves the outputs, whatever is right: {@code Ω = 1/N Σ_q |∇ Σ_t ‖logits_t‖²|} over the answer's
 * positions t. Over tasks {@code Ω ← α Ω + (1 − α) Ω_new}. {@code mas:0} is {@code seq}. On {@code
 * tiny} the default, 0.001, slows the new task, and 0.01 keeps it from being learned in three times
 * {@code seq}'s steps.
 */
final class Mas extends Anchored {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "mas",
              List.of(
                  new Parameter.Strength("strength", "s", 0.001),
                  new Parameter.Count("questions", "n", 0),
                  new Parameter.Share("alpha", "a", 0.5, true, false)),
              "Pulls weights back by s/2 (default 0.001) times how much they move the logits'"
                  + " squared norm, per question of n old ones (0: all); a is the share of the"
                  + " older tasks.");
        }

        @Override
        public List<String> examples() {
          return List.of("mas", "mas:0.1:questions=20:alpha=0.2");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.Form("mas:0");
        }

        @Override
        public Strategy begin(Values values) {
          return new Mas(
              values.number("strength"), values.count("questions"), values.share("alpha"));
        }
      };

  private final int questions;
  private final double alpha;
  private int asked;

  private Mas(double strength, int questions, double alpha) {
    super(strength);
    this.questions = questions;
    this.alpha = alpha;
  }

  @Override
  float[] importance(TaskContext task, float[] before) {
    List<Question> some = Fisher.some(task, questions);
    asked = some.size();
    float[] moved = importance(task.pupil(), some);
    if (before != null) {
      for (int i = 0; i < moved.length; i++) {
        moved[i] = (float) (alpha * before[i] + (1 - alpha) * moved[i]);
      }
    }
    return moved;
  }

  /** Ω of these questions. */
  static float[] importance(Pupil pupil, List<Question> asked) {
    List<Term> terms =
        asked.stream()
            .map(Fisher::alone)
            .map(
                batch ->
                    new Term(
                        "mas",
                        batch,
                        new Objective.SquaredNorm(),
                        batch.counted() / (double) asked.size()))
            .toList();
    try (FlatBuffer sum = pupil.space().vector()) {
      pupil.addMagnitudes(sum.all(), terms);
      return pupil.space().read(sum.all());
    }
  }

  @Override
  public Map<String, Double> notes() {
    return notes("importance_questions", asked);
  }
}
