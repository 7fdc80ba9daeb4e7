package palimpsest.continual;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A metric with its formula, for libraries use the same names for different ones.
 *
 * @param <T> what it is computed from
 * @param name as in {@code results.json}
 * @param title as a reader would say it
 * @param formula with R[i][j]: score on task j after learning task i (from 0), T tasks, b: scores
 *     before any task, s: of a model of that task alone, m: of a model of all tasks at once
 * @param meaning which way is good, and what it does not tell
 * @param over the tasks that go into it
 * @param value NaN where it is not defined
 */
public record Metric<T>(
    String name,
    String title,
    String formula,
    String meaning,
    Over over,
    ToDoubleFunction<T> value) {

  /** Which of T tasks a metric averages. */
  public enum Over {
    ALL,
    /** All but the last. */
    OLD,
    /** All but the first. */
    LATER,
    LAST,
    /** It is no average over tasks. */
    NONE;

    private IntStream tasks(int tasks) {
      return switch (this) {
        case ALL -> IntStream.range(0, tasks);
        case OLD -> IntStream.range(0, tasks - 1);
        case LATER -> IntStream.range(1, tasks);
        case LAST -> IntStream.of(tasks - 1);
        case NONE -> IntStream.empty();
      };
    }
  }

  /**
   * Whether it averages unlike tasks, such as one that generalises with others that memorise: the
   * average then says less than its parts.
   *
   * @param kinds of the tasks, in their order
   */
  public boolean mixes(List<String> kinds) {
    return over.tasks(kinds.size()).mapToObj(kinds::get).distinct().count() > 1;
  }
}
