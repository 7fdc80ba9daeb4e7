package palimpsest.cli;

import java.util.concurrent.atomic.AtomicInteger;
import palimpsest.base.StopRequest;

/**
 * Ctrl-C, SIGTERM, and a terminal that is closed. The first one asks the command to stop: it does
 * so where everything is written in order, a run after its next step. The second one leaves at
 * once. Files appear whole or not at all, so that nothing but what came after the last checkpoint
 * is lost then either.
 */
final class Interruption {
  private final StopRequest stop = new StopRequest();
  private final AtomicInteger signals = new AtomicInteger();

  static Interruption onSignals() {
    var interruption = new Interruption();
    Signals.on("INT", interruption::signalled);
    Signals.on("TERM", interruption::signalled);
    Signals.on("HUP", interruption::signalled);
    return interruption;
  }

  StopRequest stop() {
    return stop;
  }

  private void signalled() {
    stop.request();
    if (signals.incrementAndGet() > 1) {
      Runtime.getRuntime().halt(Failure.INTERRUPTED);
    }
  }
}
