package palimpsest.lab;

import java.time.Duration;
import java.util.Optional;

/**
 * Somebody who watches a run. Every method is called by the thread that trains, which waits: return
 * quickly. Nothing here may change the run.
 */
public interface Progress {
  /** A watcher that shows nothing. */
  Progress NONE = new Progress() {};

  /**
   * One stretch of training: a bar.
   *
   * @param number which one of the run's phases this is, from 1
   * @param of how many phases the run has
   * @param seed the replicate it belongs to
   * @param name {@code pretrain}, {@code task0}, {@code task1}, {@code recovery}, …
   * @param method the continual-learning method, empty where all methods share the phase
   * @param steps steps at most; a phase may stop earlier
   */
  record Phase(int number, int of, long seed, String name, String method, int steps) {}

  /**
   * One optimisation step, done.
   *
   * @param step steps done in this phase
   * @param loss mean cross-entropy of its batch, in nats
   * @param tokensPerSecond positions trained a second since the phase began, evaluation left out
   * @param remaining time until the whole run ends; empty until enough was measured
   */
  record Step(int step, double loss, double tokensPerSecond, Optional<Duration> remaining) {}

  /** A phase begins. */
  default void started(Phase phase) {}

  /** A step of the phase that began last. */
  default void step(Step step) {}

  /**
   * The phase that began last is over.
   *
   * @param outcome what came out, in a few words: {@code bio recall 0.98}
   */
  default void finished(String outcome) {}

  /** A line for the reader: what was taken from the cache, how long the run will take. */
  default void note(String line) {}
}
