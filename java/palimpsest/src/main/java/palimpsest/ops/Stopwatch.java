package palimpsest.ops;

/**
 * Takes the time of one lane's work. Marks are set in the order of that work: on a GPU they are
 * events in its stream, passed when the work before them is done and not when it was begun.
 */
public interface Stopwatch extends AutoCloseable {
  /** Sets a mark behind all work that the lane was given so far; a mark may be set again. */
  void mark(int index);

  /** From one mark to a later one; waits until the lane has come past it. */
  double seconds(int from, int to);

  @Override
  void close();
}
