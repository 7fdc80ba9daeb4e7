package palimpsest.lab.profile;

import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import palimpsest.base.RandomStream;
import palimpsest.base.UserException;
import palimpsest.data.Batch;
import palimpsest.lab.BiographyTasks;
import palimpsest.lab.Config;
import palimpsest.model.FreezePlan;
import palimpsest.model.Initialisation;
import palimpsest.model.MemoryUse;
import palimpsest.model.ModelConfig;
import palimpsest.ops.work.ModelShape;
import palimpsest.train.Recipe;

/**
 * A model and the steps that are taken with it.
 *
 * @param name of the preset or the shape
 * @param frozen k, the bottom layers that do not train, nor the embedding then; 0 for none
 */
public record Subject(
    String name,
    ModelConfig model,
    Initialisation initialisation,
    Recipe recipe,
    Supplier<Batch> batches,
    int frozen,
    MemoryUse memory) {
  private static final int STEPS = 1_000_000;

  /** Pretraining of a configuration, on its own data. */
  public static Subject pretraining(Config config, int frozen) {
    BiographyTasks tasks = new BiographyTasks(config, config.seeds().getFirst());
    ModelConfig model = config.model().shape(tasks.tokenizer().vocabulary());
    return new Subject(
            config.preset(),
            model,
            config.model().initialisation(),
            config.pretrain().recipe(),
            tasks.pretraining()::next,
            frozen,
            config.device().memory())
        .checked();
  }

  /** A GPT-NeoX model of this shape, every position of its batch a random token. */
  public static Subject ofShape(ModelShape shape, int frozen) {
    ModelConfig model =
        new ModelConfig(
            shape.layers(),
            shape.width(),
            shape.heads(),
            shape.mlpWidth(),
            shape.vocabulary(),
            shape.time(),
            0.25,
            10_000,
            true,
            false,
            1e-5);
    RandomGenerator random = RandomStream.of(1, "profile");
    int[] tokens = random.ints(shape.rows(), 0, shape.vocabulary()).toArray();
    int[] targets = random.ints(shape.rows(), 0, shape.vocabulary()).toArray();
    Batch batch = new Batch(shape.batch(), shape.time(), tokens, targets);
    Recipe recipe = new Recipe(STEPS, 1e-4, 0.1, 0, 0.9, 0.95, 1e-8, 0.1, false, 1);
    return new Subject(
            shape.name(), model, Initialisation.SMALL, recipe, () -> batch, frozen, MemoryUse.USUAL)
        .checked();
  }

  private Subject checked() {
    if (frozen < 0 || frozen > model.layers()) {
      throw new UserException(
          "--frozen %d: the model has %d layers".formatted(frozen, model.layers()));
    }
    return this;
  }

  /** What does not train. */
  public FreezePlan freeze() {
    return frozen == 0 ? FreezePlan.NONE : FreezePlan.bottom(frozen);
  }
}
