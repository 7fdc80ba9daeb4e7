package palimpsest.base;

/**
 * A run that was right and had what it needed failed all the same: the disk filled up, a number was
 * no longer finite. The command line prints the message alone and exits with 1.
 */
public final class RunException extends RuntimeException {
  public RunException(String message) {
    super(message);
  }

  public RunException(String message, Throwable cause) {
    super(message, cause);
  }
}
