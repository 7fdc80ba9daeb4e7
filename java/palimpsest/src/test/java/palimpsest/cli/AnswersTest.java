package palimpsest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import palimpsest.base.StopRequest;

/** Standard output that cannot be written. */
final class AnswersTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int helpTo(String failure) {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(failure);
          }
        };
    Console console =
        new Console(
            new Console.Answers(broken), new PrintStream(err, true, StandardCharsets.UTF_8), false);
    return new Program(console, new StopRequest()).run("--help");
  }

  @Test
  void aFullDiskIsAFailure() {
    assertEquals(1, helpTo("No space left on device"));
    assertEquals(
        "palimpsest: standard output cannot be written: No space left on device\n",
        err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aReaderWhoHasSeenEnoughIsNone() {
    assertEquals(0, helpTo("Broken pipe"));
    assertEquals(0, helpTo("Bad file descriptor"));
    assertEquals("", err.toString(StandardCharsets.UTF_8));
  }
}
