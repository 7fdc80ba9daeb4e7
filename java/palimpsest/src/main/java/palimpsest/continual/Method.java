package palimpsest.continual;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import palimpsest.base.UserException;

/**
 * A continual-learning method as the user chose it: one kind with its values, or several together.
 * Immutable; {@link StrategyRegistry#parse} makes it, {@link #begin} puts it to work.
 */
public final class Method {
  private final List<Part> parts;

  Method(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /** One kind of method and its values. */
  record Part(StrategyKind kind, Values values) {
    /** Written the shortest way: values that need not be written are left out. */
    String name() {
      Declaration declaration = kind.declaration();
      return declaration.name()
          + declaration.parameters().stream()
              .filter(parameter -> !value(parameter).equals(parameter.fallback()))
              .map(parameter -> ":" + written(parameter))
              .collect(Collectors.joining());
    }

    private String written(Parameter parameter) {
      Object value = value(parameter);
      return kind.declaration().named(parameter) ? parameter.written(value) : value.toString();
    }

    String settings() {
      return kind.declaration().parameters().stream()
          .map(parameter -> parameter.name() + " " + value(parameter))
          .collect(Collectors.joining(", "));
    }

    private Object value(Parameter parameter) {
      return values.byName().get(parameter.name());
    }
  }

  /** The one way to write it, by which results know it: {@code replay:0.2+freeze:2}. */
  public String name() {
    return parts.stream().map(Part::name).collect(Collectors.joining("+"));
  }

  /**
   * Every value of its parts, those that need not be written too: {@code strength 1000.0, fisher
   * empirical}.
   */
  public String settings() {
    return parts.stream().map(Part::settings).collect(Collectors.joining("; "));
  }

  /** What its parts do, a sentence each. */
  public String summary() {
    return parts.stream()
        .map(part -> part.kind().declaration().summary())
        .collect(Collectors.joining(" "));
  }

  /** Where its training begins: where that of its most particular part does. */
  public Course course() {
    return parts.stream()
        .map(part -> part.kind().course(part.values()))
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  /** What a step takes, one of {@code seq} being 1; roughly. */
  public double stepCost(Setting setting) {
    return parts.stream()
        .mapToDouble(part -> part.kind().stepCost(part.values(), setting))
        .reduce(1, (a, b) -> a * b);
  }

  /** Refuses a method that the experiment has no room for. */
  public void check(Setting setting) {
    for (Part part : parts) {
      part.kind().misfit(part.values(), setting).ifPresent(problem -> refuse(part.name(), problem));
    }
  }

  private static void refuse(String method, String problem) {
    throw new UserException("method '%s': %s".formatted(method, problem));
  }

  /** Which questions of earlier tasks it uses again: the most that any of its parts does. */
  public OldData oldData() {
    return parts.stream()
        .map(part -> part.kind().oldData(part.values()))
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  /** A strategy for one sequence of tasks, its parts in the order they were written in. */
  public Strategy begin() {
    List<Strategy> begun = parts.stream().map(part -> part.kind().begin(part.values())).toList();
    return begun.size() == 1 ? begun.getFirst() : new Composed(begun);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Method method && name().equals(method.name());
  }

  @Override
  public int hashCode() {
    return name().hashCode();
  }

  @Override
  public String toString() {
    return name();
  }
}
