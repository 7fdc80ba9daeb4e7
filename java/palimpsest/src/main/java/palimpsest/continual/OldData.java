package palimpsest.continual;

/** Which questions of earlier tasks a method trains on again. */
public enum OldData {
  /** None: once a task is over, its questions are gone. */
  NONE,
  /** Those that it stored, within the capacity it declares. */
  STORED,
  /** Texts that the model itself wrote; no true question of an earlier task. */
  GENERATED,
  /** All of them. */
  ALL
}
