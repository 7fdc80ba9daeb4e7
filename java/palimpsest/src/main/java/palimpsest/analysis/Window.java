package palimpsest.analysis;

/**
 * The steps of task 1 between which task 0 was lost: the paper's 100 and 150, at this run's scale.
 *
 * @param a the last evaluation before {@code b} at which task 0 still held; 0 is where task 1
 *     begins
 * @param b the preset's early step
 */
public record Window(int a, int b) {
  /** A task holds as long as its exact match is this share of what it was, at least. */
  public static final double HOLDS = 0.9;

  /** Whether a task that was known to one share still holds at another. */
  public static boolean holds(double now, double before) {
    return now >= HOLDS * before;
  }
}
