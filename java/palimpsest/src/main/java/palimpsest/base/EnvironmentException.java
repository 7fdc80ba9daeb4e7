package palimpsest.base;

/**
 * Something the program needs from the machine is missing or broken: one line that says what was
 * looked for, where, and how to get it. The command line prints the message alone and exits with 3.
 */
public final class EnvironmentException extends RuntimeException {
  public EnvironmentException(String message) {
    super(message);
  }

  public EnvironmentException(String message, Throwable cause) {
    super(message, cause);
  }
}
