package palimpsest.continual;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import palimpsest.model.FreezePlan;
import palimpsest.model.Insert;
import palimpsest.model.Parameter;
import palimpsest.model.ParameterLayout;
import palimpsest.model.ParameterLayout.LowRankPair;
import palimpsest.ops.Tensor;
import palimpsest.train.GradientHook;
import palimpsest.train.WeightSpace;

/**
 * O-LoRA (Wang et al. 2023): a new low-rank pair for every task, and a penalty on what its A has in
 * common with the A of every earlier task, {@code λ Σ_t Σ_jk |(A_t Aᵀ)_jk|} over all matrices. That
 * is the loss of the authors' code; {@code power=2} squares the entries, as their equation 7 does.
 *
 * <p>Task 0, which all methods share, is learned with all weights and has no A: with two tasks this
 * is {@code lora}.
 */
final class OrthogonalLora implements Strategy {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "olora",
              List.of(
                  new palimpsest.continual.Parameter.Size("rank", "r", null, 1, 1024),
                  new palimpsest.continual.Parameter.Positive("strength", "s", 0.5),
                  new palimpsest.continual.Parameter.Size("power", "p", 1, 1, 2),
                  new palimpsest.continual.Parameter.Positive("alpha", "a", Lora.ALPHA),
                  Inserts.rate(Lora.RATE)),
              "Like lora, with a penalty on what a pair has in common with those of earlier tasks;"
                  + " differs from it from the third task on.");
        }

        @Override
        public Optional<String> clash(StrategyKind other) {
          return Inserts.clash(other);
        }

        @Override
        public List<String> examples() {
          return List.of("olora:4", "olora:2:strength=0.1:power=2");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.None("without its penalty it is lora, not seq");
        }

        @Override
        public Strategy begin(Values values) {
          return new OrthogonalLora(
              new Insert.LowRank(values.count("rank"), values.number("alpha")),
              values.number("rate"),
              values.number("strength"),
              values.count("power"));
        }
      };

  private final Lora lora;
  private final Insert.LowRank pair;
  private final double strength;
  private final int power;

  /** A of every task that had one, each by its name. */
  private final List<Map<String, float[]>> earlier = new ArrayList<>();

  private OrthogonalLora(Insert.LowRank pair, double rate, double strength, int power) {
    this.lora = new Lora(pair, rate);
    this.pair = pair;
    this.strength = strength;
    this.power = power;
  }

  @Override
  public void beforeTask(TaskContext task) {
    lora.beforeTask(task);
  }

  @Override
  public FreezePlan trainable(TaskContext task) {
    return lora.trainable(task);
  }

  @Override
  public double rate() {
    return lora.rate();
  }

  @Override
  public Optional<GradientHook> gradientHook(TaskContext task) {
    if (earlier.isEmpty()) {
      return Optional.empty();
    }
    Tensor weights = task.pupil().weights();
    return Optional.of((gradient, space) -> penalize(gradient, weights, space));
  }

  private double penalize(Tensor gradient, Tensor weights, WeightSpace space) {
    double value = 0;
    for (LowRankPair names : space.layout().lowRankPairs()) {
      Parameter parameter = space.layout().get(names.a());
      float[] a = space.read(weights, parameter);
      float[] change = space.read(gradient, parameter);
      for (Map<String, float[]> old : earlier) {
        value += overlap(old.get(names.a()), a, parameter.shape()[1], strength, power, change);
      }
      space.write(gradient, parameter, change);
    }
    return value;
  }

  /**
   * {@code λ Σ_jk |P_jk|^p} with {@code P = old aᵀ}; adds its gradient with respect to a, {@code λ
   * p Σ_j sign(P_jk) |P_jk|^(p−1) old_j} to row k.
   *
   * @param old {@code [r, I]}
   * @param a {@code [r, I]}
   * @param inputs I
   */
  static double overlap(
      float[] old, float[] a, int inputs, double strength, int power, float[] gradient) {
    double value = 0;
    for (int j = 0; j < old.length; j += inputs) {
      for (int k = 0; k < a.length; k += inputs) {
        double product = 0;
        for (int i = 0; i < inputs; i++) {
          product += (double) old[j + i] * a[k + i];
        }
        value += strength * (power == 1 ? Math.abs(product) : product * product);
        double slope = strength * (power == 1 ? Math.signum(product) : 2 * product);
        for (int i = 0; i < inputs; i++) {
          gradient[k + i] += (float) (slope * old[j + i]);
        }
      }
    }
    return value;
  }

  @Override
  public void afterTask(TaskContext task) {
    if (task.pupil().layout().insert().equals(pair)) {
      earlier.add(matrices(task.pupil().layout(), task.pupil().copy()));
    }
    lora.afterTask(task);
  }

  private static Map<String, float[]> matrices(ParameterLayout layout, float[] weights) {
    Map<String, float[]> matrices = new LinkedHashMap<>();
    for (LowRankPair names : layout.lowRankPairs()) {
      Parameter parameter = layout.get(names.a());
      int first = Math.toIntExact(parameter.offset());
      int end = first + Math.toIntExact(parameter.size());
      matrices.put(names.a(), Arrays.copyOfRange(weights, first, end));
    }
    return matrices;
  }

  @Override
  public StrategyState state() {
    var state = new StrategyState().put("tasks", earlier.size());
    for (int i = 0; i < earlier.size(); i++) {
      String prefix = "task" + i + "/";
      earlier.get(i).forEach((name, values) -> state.put(prefix + name, values));
    }
    return state.put("names", earlier.isEmpty() ? List.of() : names());
  }

  private List<String> names() {
    return List.copyOf(earlier.getFirst().keySet());
  }

  @Override
  public void load(StrategyState state) {
    earlier.clear();
    for (int i = 0; i < state.number("tasks"); i++) {
      Map<String, float[]> matrices = new LinkedHashMap<>();
      for (String name : state.texts("names")) {
        matrices.put(name, state.floats("task" + i + "/" + name));
      }
      earlier.add(matrices);
    }
  }

  @Override
  public long extraBytes() {
    return lora.extraBytes()
        + earlier.stream()
            .flatMap(matrices -> matrices.values().stream())
            .mapToLong(values -> (long) Float.BYTES * values.length)
            .sum();
  }
}
