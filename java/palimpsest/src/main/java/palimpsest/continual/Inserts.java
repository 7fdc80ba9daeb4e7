package palimpsest.continual;

import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import palimpsest.model.Insert;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameter;
import palimpsest.model.ParameterLayout;
import palimpsest.train.Pupil;

/** What the methods share that train an insert and leave the model's own weights alone. */
final class Inserts {
  /** Methods that bring rows or terms and ask nothing of the weights. */
  private static final Set<String> COMPANIONS = Set.of("replay", "lwf", "der++");

  private Inserts() {}

  /** What the values of a method may be: the learning rate's factor. */
  static palimpsest.continual.Parameter.Positive rate(double fallback) {
    return new palimpsest.continual.Parameter.Positive("rate", "f", fallback);
  }

  static Optional<String> clash(StrategyKind other) {
    return COMPANIONS.contains(other.declaration().name())
        ? Optional.empty()
        : Optional.of("it trains parameters beside the model's own, which it keeps as they are");
  }

  /** Parameters of an insert. */
  static long size(ModelConfig config, Insert insert) {
    return new ParameterLayout(config, insert).size() - new ParameterLayout(config).size();
  }

  /**
   * First values that leave the model as it is: what leads in is uniform in ±1/√I for I inputs
   * (Kaiming with a = √5, as the authors of LoRA draw it), what leads out is zero.
   */
  static float[] still(ModelConfig config, Insert insert, RandomGenerator random) {
    var layout = new ParameterLayout(config, insert);
    int own = Math.toIntExact(layout.ownLength());
    float[] values = new float[Math.toIntExact(layout.length()) - own];
    for (Parameter parameter : layout.parameters()) {
      if (parameter.inserted() && leadsIn(parameter)) {
        int first = Math.toIntExact(parameter.offset()) - own;
        double limit = 1 / Math.sqrt(parameter.shape()[1]);
        for (int i = first; i < first + parameter.size(); i++) {
          values[i] = (float) (limit * (2 * random.nextDouble() - 1));
        }
      }
    }
    return values;
  }

  private static boolean leadsIn(Parameter parameter) {
    return parameter.name().endsWith(".lora_A") || parameter.name().endsWith(".down.weight");
  }

  /**
   * First vectors of a prompt: the embeddings of tokens drawn from the task's prompts (Lester et
   * al. 2021, section 3.2, with the task's words for the vocabulary).
   */
  static float[] words(TaskContext task, Insert.Prompt prompt, RandomGenerator random) {
    Pupil pupil = task.pupil();
    Parameter embedding = pupil.layout().get("gpt_neox.embed_in.weight");
    float[] weights = pupil.copy();
    int width = pupil.layout().config().width();
    var layout = new ParameterLayout(pupil.layout().config(), prompt);
    float[] values = new float[Math.toIntExact(layout.length() - layout.ownLength())];
    for (int i = 0; i < prompt.length(); i++) {
      int[] words = task.training().get(random.nextInt(task.training().size())).promptIds();
      int word = words[random.nextInt(words.length)];
      int from = Math.toIntExact(embedding.offset()) + word * width;
      System.arraycopy(weights, from, values, i * width, width);
    }
    return values;
  }
}
