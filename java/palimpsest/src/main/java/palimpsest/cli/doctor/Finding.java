package palimpsest.cli.doctor;

/**
 * One thing the doctor looked at.
 *
 * @param part what was looked at, in a word or two
 * @param found what was found
 * @param advice what it means and what to do about it; empty where there is nothing to do
 */
public record Finding(String part, Verdict verdict, String found, String advice) {
  /** How things stand, from well to ill. */
  public enum Verdict {
    /** There, and right. */
    OK,
    /** Worth knowing; nothing fails for it. */
    NOTE,
    /** Palimpsest does not run without it. */
    MISSING
  }

  static Finding ok(String part, String found) {
    return new Finding(part, Verdict.OK, found, "");
  }

  static Finding note(String part, String found, String advice) {
    return new Finding(part, Verdict.NOTE, found, advice);
  }

  static Finding missing(String part, String found, String advice) {
    return new Finding(part, Verdict.MISSING, found, advice);
  }
}
