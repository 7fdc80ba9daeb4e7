package palimpsest.model;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import palimpsest.base.UserException;
import palimpsest.io.OneLine;

/**
 * Which components stay as they are, bit for bit. A component is named exactly, never by a part of
 * its name: {@code embed}, {@code layers.3.attention} (with the norm before it), {@code
 * layers.3.mlp} (likewise), {@code norm} (the last layer norm), {@code head}, {@code model} (all of
 * these).
 */
public record FreezePlan(Set<String> frozen) {
  public static final FreezePlan NONE = new FreezePlan(Set.of());

  /** Everything but an {@link Insert}. */
  public static final FreezePlan OWN = new FreezePlan(Set.of("model"));

  private static final Pattern LAYERS =
      Pattern.compile("layers\\.(\\d{1,4})(?:-(\\d{1,4}))?(?:\\.(attention|mlp))?");

  public FreezePlan {
    frozen = Set.copyOf(frozen);
  }

  /** The embedding and the bottom {@code layers} layers. */
  public static FreezePlan bottom(int layers) {
    Set<String> frozen = new LinkedHashSet<>();
    frozen.add("embed");
    for (int layer = 0; layer < layers; layer++) {
      addLayer(frozen, layer, null);
    }
    return new FreezePlan(frozen);
  }

  /**
   * From names as a user writes them: {@code embed}, {@code layers.0-2}, {@code layers.3.mlp},
   * {@code norm}, {@code head}.
   *
   * @throws UserException if the model has no such component
   */
  public static FreezePlan parse(List<String> names, ModelConfig config) {
    return parse(names, config.layers(), config.tiedHead());
  }

  /**
   * See {@link #parse(List, ModelConfig)}.
   *
   * @param layers L
   * @param tiedHead whether the output matrix is the embedding
   */
  public static FreezePlan parse(List<String> names, int layers, boolean tiedHead) {
    Set<String> frozen = new LinkedHashSet<>();
    for (String name : names) {
      Matcher some = LAYERS.matcher(name);
      if (some.matches()) {
        int first = Integer.parseInt(some.group(1));
        int last = some.group(2) == null ? first : Integer.parseInt(some.group(2));
        if (first > last || last >= layers) {
          throw new UserException(
              "%s: the model's layers are layers.0 to layers.%d"
                  .formatted(OneLine.quote(name), layers - 1));
        }
        for (int layer = first; layer <= last; layer++) {
          addLayer(frozen, layer, some.group(3));
        }
      } else if (name.equals("head") && tiedHead) {
        throw new UserException("head: this model's output matrix is its embedding; write embed");
      } else if (Set.of("embed", "norm", "head").contains(name)) {
        frozen.add(name);
      } else {
        throw new UserException(
            "%s is no component of the model; write embed, layers.2, layers.0-2, layers.2.attention,"
                    .formatted(OneLine.quote(name))
                + " layers.2.mlp, norm or head");
      }
    }
    return new FreezePlan(frozen);
  }

  /** What either freezes. */
  public FreezePlan and(FreezePlan other) {
    Set<String> both = new LinkedHashSet<>(frozen);
    both.addAll(other.frozen);
    return new FreezePlan(both);
  }

  public boolean freezes(Parameter parameter) {
    return frozen.contains(parameter.component())
        || (!parameter.inserted() && frozen.containsAll(OWN.frozen()));
  }

  /** The lowest {@link Parameter#stage} with anything to train; nothing below needs a backward. */
  public int lowestTrainable(ParameterLayout layout) {
    return layout.parameters().stream()
        .filter(parameter -> !freezes(parameter))
        .mapToInt(Parameter::stage)
        .min()
        .orElse(layout.config().layers() + 2);
  }

  /** Number of weights that are trained. */
  public long trainable(ParameterLayout layout) {
    return layout.parameters().stream()
        .filter(parameter -> !freezes(parameter))
        .mapToLong(Parameter::size)
        .sum();
  }

  /** Names of what is frozen, sorted: {@code embed}, {@code layers.0.attention}, …. */
  public List<String> components() {
    return List.copyOf(new TreeSet<>(frozen));
  }

  @Override
  public String toString() {
    return frozen.isEmpty()
        ? "nothing frozen"
        : "frozen: " + String.join(", ", new TreeSet<>(frozen));
  }

  private static void addLayer(Set<String> frozen, int layer, String part) {
    if (part == null || part.equals("attention")) {
      frozen.add("layers." + layer + ".attention");
    }
    if (part == null || part.equals("mlp")) {
      frozen.add("layers." + layer + ".mlp");
    }
  }
}
