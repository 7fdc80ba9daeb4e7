package palimpsest.continual;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import palimpsest.base.RandomStream;
import palimpsest.model.FreezePlan;
import palimpsest.model.ModelConfig;

/**
 * Controls of {@link Freeze}: as many weights are trained, but other ones, so that what they lack
 * is due to where they freeze. {@code freeze:top:n} keeps the head and the n layers below it;
 * {@code freeze:random:n} keeps the attention of n layers and the MLP of n layers, drawn from the
 * seed, and the embedding or the head. Where the head is the embedding, that is what is kept with
 * the layers.
 */
final class FreezeControl implements StrategyKind {
  /** The first task in which anything is frozen. */
  private static final int FIRST = 1;

  static final StrategyKind TOP =
      new FreezeControl(
          "freeze:top",
          "Keeps the head and the top n layers: a control of freeze:n.",
          (n, task) -> top(n, FrozenFrom.shape(task)));

  static final StrategyKind RANDOM =
      new FreezeControl(
          "freeze:random",
          "Keeps as many weights as freeze:n, drawn from the seed: a control of it.",
          (n, task) -> random(n, FrozenFrom.shape(task), draw(task)));

  private final String name;
  private final String summary;
  private final BiFunction<Integer, TaskContext, FreezePlan> plan;

  private FreezeControl(
      String name, String summary, BiFunction<Integer, TaskContext, FreezePlan> plan) {
    this.name = name;
    this.summary = summary;
    this.plan = plan;
  }

  @Override
  public Declaration declaration() {
    return new Declaration(name, List.of(new Parameter.Count("layers", "n", null)), summary);
  }

  @Override
  public Optional<String> misfit(Values values, Setting setting) {
    return values.count("layers") > setting.layers()
        ? Optional.of("the model has %d layers".formatted(setting.layers()))
        : Optional.empty();
  }

  @Override
  public List<String> examples() {
    return List.of(name + ":2");
  }

  @Override
  public Neutral neutral() {
    return new Neutral.Form(name + ":0");
  }

  @Override
  public Strategy begin(Values values) {
    int layers = values.count("layers");
    return new FrozenFrom(
        FIRST,
        OptionalDouble.empty(),
        task -> layers == 0 ? FreezePlan.NONE : plan.apply(layers, task));
  }

  /** The same in every task. */
  private static RandomGenerator draw(TaskContext task) {
    var first = new TaskContext(task.seed(), task.repeat(), FIRST, task.training(), task.pupil());
    return first.random("freeze", "components");
  }

  static FreezePlan top(int layers, ModelConfig shape) {
    List<String> names = new ArrayList<>(List.of(shape.tiedHead() ? "embed" : "head"));
    for (int layer = shape.layers() - layers; layer < shape.layers(); layer++) {
      names.add("layers." + layer);
    }
    return FreezePlan.parse(names, shape);
  }

  static FreezePlan random(int layers, ModelConfig shape, RandomGenerator random) {
    List<String> names = new ArrayList<>();
    names.add(shape.tiedHead() || random.nextBoolean() ? "embed" : "head");
    for (String part : List.of("attention", "mlp")) {
      int[] order = new int[shape.layers()];
      Arrays.setAll(order, i -> i);
      RandomStream.shuffle(order, random);
      for (int i = 0; i < layers; i++) {
        names.add("layers.%d.%s".formatted(order[i], part));
      }
    }
    return FreezePlan.parse(names, shape);
  }
}
