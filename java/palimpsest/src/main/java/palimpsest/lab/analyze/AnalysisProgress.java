package palimpsest.lab.analyze;

/** Somebody who watches analyses being made. */
public interface AnalysisProgress {
  /** A watcher that shows nothing. */
  AnalysisProgress NONE = new AnalysisProgress() {};

  /**
   * An analysis begins.
   *
   * @param number which one it is, from 1
   * @param of how many there are
   */
  default void started(String name, int number, int of) {}

  /** How much of it is done, from 0 to 1. */
  default void advanced(double share) {}

  /** It is over. */
  default void finished() {}

  /** A line for the reader. */
  default void note(String line) {}
}
