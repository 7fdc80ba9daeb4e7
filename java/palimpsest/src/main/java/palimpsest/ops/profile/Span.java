package palimpsest.ops.profile;

import palimpsest.ops.Place;
import palimpsest.ops.work.Work;

/**
 * One call of an operation.
 *
 * @param start on the lane, in seconds since the step began; on a GPU when the stream came to it
 * @param end when it was done
 * @param hostStart when Java called it; on a CPU the same as {@code start}
 * @param hostEnd when the call returned
 */
public record Span(
    int lane,
    Place place,
    String operation,
    String family,
    Work work,
    double start,
    double end,
    double hostStart,
    double hostEnd) {
  public double seconds() {
    return end - start;
  }
}
