package palimpsest.cli;

import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import palimpsest.base.StopRequest;

/**
 * Ctrl-C and SIGTERM. The JVM answers them by running its shutdown hooks: ours asks the command to
 * stop, waits until it has, and leaves with the command's own exit code. Files appear whole or not
 * at all, so that a command that does not stop in time can be left too.
 */
final class Interruption {
  /** A training step or an evaluation takes well under this; Ctrl-C should not take longer. */
  private static final int PATIENCE_SECONDS = 60;

  private final StopRequest stop = new StopRequest();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final PrintStream err;
  private volatile int code = Failure.INTERRUPTED;

  private Interruption(PrintStream err) {
    this.err = err;
  }

  static Interruption onSignals(PrintStream err) {
    Interruption interruption = new Interruption(err);
    Runtime.getRuntime().addShutdownHook(new Thread(interruption::shutDown, "interruption"));
    return interruption;
  }

  StopRequest stop() {
    return stop;
  }

  /** Leaves the program; called by the thread that ran the command, when it has ended. */
  void exit(int code) {
    this.code = code;
    ended.countDown();
    System.exit(code); // blocks for ever where a signal came first: the hook leaves for it
  }

  private void shutDown() {
    if (ended.getCount() == 0) {
      return; // the usual end
    }
    stop.request();
    if (!awaitEnd()) {
      err.println("palimpsest: interrupted; it did not stop by itself within a minute");
    }
    Runtime.getRuntime().halt(code);
  }

  private boolean awaitEnd() {
    try {
      return ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      return false;
    }
  }
}
