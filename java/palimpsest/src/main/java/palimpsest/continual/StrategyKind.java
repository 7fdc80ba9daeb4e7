package palimpsest.continual;

import java.util.List;
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

  /** Why it cannot go together with a method of another kind, if it cannot. */
  default Optional<String> clash(StrategyKind other) {
    return Optional.empty();
  }

  /**
   * Methods of this kind as users write them, a few that differ: the tests that hold for every
   * method try them on a model of four layers, in batches of 48.
   */
  List<String> examples();

  /** How it is written to do nothing. */
  Neutral neutral();

  /** Which questions of earlier tasks it uses again; whatever else it adds is refused. */
  default OldData oldData(Values values) {
    return OldData.NONE;
  }

  /** Where its training begins. */
  default Course course(Values values) {
    return Course.LATER_TASKS;
  }

  /**
   * Why it cannot work together with others, if it cannot.
   *
   * @param others names of the kinds it is joined with
   */
  default Optional<String> clash(List<String> others) {
    return Optional.empty();
  }

  /** What a step takes, one of {@code seq} being 1; roughly, for forecasts. */
  default double stepCost(Values values, Setting setting) {
    return 1;
  }

  /** A strategy for one sequence of tasks. */
  Strategy begin(Values values);
}
