package palimpsest.continual;

/** Which data from before the task at hand a method trains on again. */
public enum OldData {
  /** None: once a task is over, its questions are gone. */
  NONE,
  /** The texts of pretraining; no question. */
  TEXTS,
  /** Those that it stored, within the capacity it declares. */
  STORED,
  /** Texts that the model itself wrote; no true question of an earlier task. */
  GENERATED,
  /** All of them. */
  ALL;

  /** Whether rows of earlier tasks may be added to a batch. */
  boolean allowsRows() {
    return compareTo(TEXTS) > 0;
  }
}
