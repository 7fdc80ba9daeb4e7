package palimpsest.base;

/**
 * A mistake of the user's: one line that says what is wrong, where, and what would be right. The
 * command line prints the message alone and exits with 2.
 */
public final class UserException extends RuntimeException {
  public UserException(String message) {
    super(message);
  }

  public UserException(String message, Throwable cause) {
    super(message, cause);
  }
}
