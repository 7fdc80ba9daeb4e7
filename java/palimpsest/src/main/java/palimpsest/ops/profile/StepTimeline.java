package palimpsest.ops.profile;

import java.util.List;

/**
 * One training step.
 *
 * @param began when, in nanoseconds of {@link System#nanoTime}
 * @param seconds it took, until the last lane was done
 * @param lanes how many work side by side
 * @param spans of all lanes, those of a lane in order
 * @param tasks what the lanes were given to do between two barriers
 */
public record StepTimeline(
    long began, double seconds, int lanes, List<Span> spans, List<Task> tasks) {
  /**
   * What a lane did between two barriers, in seconds since the step began.
   *
   * @param end when it had called the last operation, which on a GPU may not have begun then
   */
  public record Task(int lane, double start, double end) {}
}
