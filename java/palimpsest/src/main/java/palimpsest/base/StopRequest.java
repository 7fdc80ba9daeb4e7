package palimpsest.base;

/**
 * A wish to stop, expressed by one thread (Ctrl-C) and looked at by another between two pieces of
 * work: long work calls {@link #check} wherever it can be left with everything written in order.
 */
public final class StopRequest {
  private volatile boolean requested;

  public void request() {
    requested = true;
  }

  public boolean requested() {
    return requested;
  }

  /** Returns, or throws {@link StoppedException} once a stop was asked for. */
  public void check() {
    if (requested) {
      throw new StoppedException("interrupted");
    }
  }
}
