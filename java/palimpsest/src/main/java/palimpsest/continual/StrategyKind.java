package palimpsest.continual;

import java.util.Optional;

/**
 * A kind of method: {@code freeze}, of which {@code freeze:2} is one. To add a method to
 * Palimpsest, write one class with its {@link Strategy} and its kind, and name the kind in {@link
 * StrategyRegistry}.
 */
public interface StrategyKind {
  Declaration declaration();

  /** What is wrong with values that do not fit the experiment, if anything is. */
  default Optional<String> misfit(Values values, Setting setting) {
    return Optional.empty();
  }

  /** A strategy for one sequence of tasks. */
  Strategy begin(Values values);
}
