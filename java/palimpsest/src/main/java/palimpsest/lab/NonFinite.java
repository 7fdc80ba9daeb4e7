package palimpsest.lab;

/** What to do about a step whose loss or gradient is not a finite number. */
public enum NonFinite {
  /** The run fails. */
  STOP,
  /** The step changes nothing and the run goes on, unless it happens again and again. */
  SKIP
}
