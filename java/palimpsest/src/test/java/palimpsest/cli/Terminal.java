package palimpsest.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import palimpsest.base.StopRequest;

/** Runs the program inside this JVM, as a user would, and keeps what it says. */
final class Terminal {
  private final boolean watched;
  private final StopRequest stop = new StopRequest();
  private String stopAt;

  /** What one command did. */
  record Outcome(int code, String out, String err) {
    List<String> errLines() {
      return err.lines().toList();
    }
  }

  /**
   * @param watched whether standard error is a terminal
   */
  Terminal(boolean watched) {
    this.watched = watched;
  }

  static Outcome palimpsest(String... arguments) {
    return new Terminal(false).run(arguments);
  }

  StopRequest stop() {
    return stop;
  }

  /** Presses Ctrl-C as soon as standard error says this. */
  Terminal stoppedAt(String text) {
    stopAt = text;
    return this;
  }

  Outcome run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new Err();
    Console console =
        new Console(
            new Console.Answers(out), new PrintStream(err, true, StandardCharsets.UTF_8), watched);
    int code = new Program(console, stop).run(arguments);
    return new Outcome(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private final class Err extends ByteArrayOutputStream {
    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
      super.write(bytes, from, length);
      if (stopAt != null && toString(StandardCharsets.UTF_8).contains(stopAt)) {
        stop.request();
      }
    }
  }
}
