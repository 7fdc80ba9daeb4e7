package palimpsest.lab;

import java.io.IOException;
import java.nio.file.Path;

/**
 * One node of a run's graph: a training that begins where another ended and leaves an outcome, and
 * weights for others to begin from. It is trained when its outcome or its weights are asked for and
 * they are not found on disk.
 */
final class Phase<T extends Outcome> {
  private final Label label;
  private final PhaseKey key;
  private final String kept;
  private final Class<T> type;
  private final Effort effort;
  private final Training<T> training;
  private final PhaseRunner runner;
  private T outcome;
  private PhaseStore.Found found;

  /**
   * @param kept weights it keeps on its way, in words; empty for none
   */
  Phase(
      Label label,
      PhaseKey key,
      String kept,
      Class<T> type,
      Effort effort,
      Training<T> training,
      PhaseRunner runner) {
    this.label = label;
    this.key = key;
    this.kept = kept;
    this.type = type;
    this.effort = effort;
    this.training = training;
    this.runner = runner;
  }

  /**
   * Which phase of a run it is.
   *
   * @param phase {@code pretrain}, {@code task0}, {@code task1} with all that follow, {@code
   *     recovery}
   * @param method {@code null} where all methods share the phase
   * @param from where a recovery begins: {@code early}, {@code last} or {@code control}; else
   *     {@code null}
   * @param repeat which repetition of the fine-tuning, 0 for the first
   */
  record Label(long seed, String phase, String method, String from, int repeat) {
    private static final String TASK = "task";

    /** Its folder within the checkpoints: {@code seed-1/task1-freeze_2}. */
    String folder() {
      return "seed-" + seed + "/" + phase + part("-", method) + part("-", from) + again("-repeat-");
    }

    /** {@code seed 1, recovery early, freeze:2}. */
    String text() {
      return "seed "
          + seed
          + ", "
          + phase
          + (from == null ? "" : " " + from)
          + (method == null ? "" : ", " + method)
          + again(", repeat ");
    }

    /** While one of the later tasks is learned, all of which one phase learns. */
    Label learning(Task task) {
      return new Label(seed, TASK + task.number(), method, from, repeat);
    }

    /** The part of the configuration that says how it is trained. */
    String section() {
      return phase.startsWith(TASK) && !phase.equals("task0") ? "task1" : phase;
    }

    private static String part(String separator, String text) {
      return text == null ? "" : separator + text.replace(':', '_');
    }

    private String again(String words) {
      return repeat == 0 ? "" : words + repeat;
    }
  }

  /**
   * What a phase is expected to take.
   *
   * @param steps at most
   * @param work in FLOPs
   * @param position FLOPs of one trained position
   */
  record Effort(int steps, double work, double position) {
    /** Of steps that take so many times as long. */
    Effort times(double factor) {
      return new Effort(steps, factor * work, factor * position);
    }
  }

  /** What a phase does when it is not found. */
  interface Training<T> {
    T run(PhaseFolder folder) throws IOException;
  }

  Label label() {
    return label;
  }

  /** What its outcome depends on, and so the keys of the phases after it. */
  PhaseKey key() {
    return key;
  }

  /** What it is stored under: its key, and which weights lie there. */
  PhaseKey stored() {
    return key.keeping(kept);
  }

  Class<T> type() {
    return type;
  }

  Effort effort() {
    return effort;
  }

  Training<T> training() {
    return training;
  }

  T outcome() {
    if (outcome == null) {
      found = runner.finish(this);
      outcome = runner.outcome(this, found.folder());
    }
    return outcome;
  }

  /** A folder with weights that the phase left. */
  Path weights(String name) {
    outcome(); // finds the phase
    if (!found.record().holds(name)) {
      found = runner.bringBack(this);
    }
    return found.folder().resolve(name);
  }
}
