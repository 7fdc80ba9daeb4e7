package palimpsest.ops.bench;

/**
 * How long to measure.
 *
 * @param rounds over all operations; each gives one median
 * @param seconds that one operation may take in a round, with caches cold and warm each
 * @param noise at which a round may end before that
 */
public record Effort(int rounds, double seconds, double noise) {
  /** What is spent unless somebody says otherwise. */
  public static final Effort USUAL = new Effort(6, 0.1, 0.01);
}
