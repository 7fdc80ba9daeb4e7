package palimpsest.continual;

/**
 * How full a strategy's buffer of old questions is.
 *
 * @param stored questions kept at the moment
 * @param capacity questions that may be kept at most
 */
public record Occupancy(int stored, int capacity) {
  /** Of a strategy that keeps no questions. */
  public static final Occupancy NONE = new Occupancy(0, 0);
}
