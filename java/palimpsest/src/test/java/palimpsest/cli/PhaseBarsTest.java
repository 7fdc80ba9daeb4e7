package palimpsest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import palimpsest.lab.Progress;
import palimpsest.lab.Progress.Phase;
import palimpsest.lab.Progress.Step;

final class PhaseBarsTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private long now;

  private void watch(Progress progress) {
    progress.note("12 phases");
    progress.started(new Phase(3, 12, 1, "task1", "freeze:2", 900));
    now += 1_000_000_000;
    progress.step(new Step(450, 0.125, 61_040, Optional.of(Duration.ofSeconds(125))));
    progress.note("half of it");
    now += 1_000_000;
    progress.step(new Step(451, 0.124, 61_041, Optional.empty()));
    now += 13_000_000_000L;
    progress.finished("task 1 0.99");
  }

  private String shown() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static final String LINE =
      "[3/12] seed 1 task1 freeze:2: 451 steps, loss 0.124, 61.0k tokens/s, 14 s; task 1 0.99\n";

  @Test
  void aLogHoldsALineForEachPhase() {
    watch(new PhaseLines(err, () -> now));
    assertEquals("12 phases\nhalf of it\n" + LINE, shown());
  }

  @Test
  void aTerminalShowsABarUntilThePhaseIsOver() {
    watch(new PhaseBars(err, () -> now));
    String erased = "\r" + " ".repeat(PhaseBars.COLUMNS) + "\r";
    assertTrue(shown().startsWith("12 phases\n\r[3/12] seed 1 task1 freeze:2   0% ░"), shown());
    assertTrue(shown().contains("50% ███"), shown());
    assertTrue(shown().contains("░ loss 0.13, 61.0k tokens/s, 2:05 left" + erased), shown());
    assertEquals(2, shown().chars().filter(c -> c == '%').count(), "drawn too often: " + shown());
    assertTrue(shown().endsWith("half of it\n" + LINE), shown());
  }

  @Test
  void aLineNeverWraps() {
    String label = "[10/12] seed 12345 recovery replay:0.2:mix=0.25";
    String line = PhaseBars.line(label, 1.5, " loss 0.12, 61.0k tokens/s, 12:02:05 left");
    assertEquals(PhaseBars.COLUMNS, line.length());
    assertTrue(line.startsWith(label + " 100% ████ loss"), line);
    assertEquals(PhaseBars.COLUMNS, PhaseBars.line("[1/2] seed 1 pretrain", 0, "").length());
  }

  @Test
  void aPhaseWithoutStepsHasALineToo() {
    Progress progress = new PhaseLines(err, () -> now);
    progress.started(new Phase(1, 1, 7, "pretrain", "", 100));
    progress.finished("");
    assertEquals("[1/1] seed 7 pretrain: 0.0 s\n", shown());
  }

  @Test
  void durationsAndRates() {
    assertEquals("9.9 s", Words.of(Duration.ofMillis(9_949)));
    assertEquals("10 s", Words.of(Duration.ofMillis(9_951)));
    assertEquals("2 min 00 s", Words.of(Duration.ofMillis(119_600)));
    assertEquals("3 h 20 min", Words.of(Duration.ofMinutes(200)));
    assertEquals("20 s", Words.about(Duration.ofSeconds(11)));
    assertEquals("3 min", Words.about(Duration.ofSeconds(170)));
    assertEquals("2.5 h", Words.about(Duration.ofMinutes(150)));
    assertEquals("950", Words.rate(950));
    assertEquals("1.2M", Words.rate(1_234_000));
  }
}
