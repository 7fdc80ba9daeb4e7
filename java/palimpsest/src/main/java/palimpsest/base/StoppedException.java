package palimpsest.base;

/** Work was left because of a {@link StopRequest}; the command line exits with 130. */
public final class StoppedException extends RuntimeException {
  public StoppedException(String message) {
    super(message);
  }
}
