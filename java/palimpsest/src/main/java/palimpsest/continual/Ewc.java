package palimpsest.continual;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Elastic weight consolidation (Kirkpatrick et al. 2017): {@code ½ λ Σ F (θ − θ*)²} with the
 * diagonal {@link Fisher} information F of the tasks so far and the weights θ* after the last one.
 * Over tasks {@code F ← γ F + F_new}: a sum for γ = 1, the default, and online EWC (Schwarz et al.
 * 2018) below. {@code ewc:0} is {@code seq}.
 *
 * <p>λ and F belong together: F is per question, so a λ found with another unit says nothing here.
 * On {@code micro}, whose model is unsure of every answer and F therefore large, λ = 100 halves the
 * pace of the new task and 10,000 stops it; the surer a model is of its answers, the smaller F. The
 * default lies between; a sweep goes by decades. On dev of {@code tiny} it changes little, and
 * 100,000 keeps the new task from being learned without keeping the old one.
 */
final class Ewc extends Anchored {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "ewc",
              List.of(
                  new Parameter.Strength("strength", "s", 1000.0),
                  new Parameter.Choice("fisher", "f", "empirical", names()),
                  new Parameter.Count("questions", "n", 0),
                  new Parameter.Share("gamma", "g", 1.0, true, true)),
              "Pulls weights back by s/2 (default 1000) times the Fisher information F of old"
                  + " questions, per question (empirical: true answers; sampled: the model's own;"
                  + " exact: all tokens, 50 questions at most; batch: the square of a batch's"
                  + " gradient, a common mistake), of n questions (0: all); F of older tasks fades"
                  + " by g (online EWC below 1).");
        }

        private static List<String> names() {
          return Arrays.stream(Fisher.values())
              .map(fisher -> fisher.name().toLowerCase(Locale.ROOT))
              .toList();
        }

        @Override
        public Optional<String> misfit(Values values, Setting setting) {
          return fisher(values) == Fisher.EXACT && values.count("questions") > Fisher.MOST_EXACT
              ? Optional.of("fisher=exact takes %d questions at most".formatted(Fisher.MOST_EXACT))
              : Optional.empty();
        }

        @Override
        public List<String> examples() {
          return List.of(
              "ewc",
              "ewc:1000:questions=20:gamma=0.5",
              "ewc:fisher=sampled:questions=20",
              "ewc:fisher=exact:questions=2",
              "ewc:fisher=batch");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.Form("ewc:0");
        }

        @Override
        public Strategy begin(Values values) {
          return new Ewc(
              values.number("strength"),
              fisher(values),
              values.count("questions"),
              values.share("gamma"));
        }

        private static Fisher fisher(Values values) {
          return Fisher.valueOf(values.choice("fisher").toUpperCase(Locale.ROOT));
        }
      };

  private final Fisher fisher;
  private final int questions;
  private final double gamma;
  private int asked;

  private Ewc(double strength, Fisher fisher, int questions, double gamma) {
    super(strength);
    this.fisher = fisher;
    this.questions = questions;
    this.gamma = gamma;
  }

  @Override
  float[] importance(TaskContext task, float[] before) {
    asked = fisher.asked(task, questions);
    float[] sum = fisher.of(task, questions);
    if (before != null) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += (float) (gamma * before[i]);
      }
    }
    return sum;
  }

  @Override
  public Map<String, Double> notes() {
    return notes("fisher_questions", asked);
  }
}
