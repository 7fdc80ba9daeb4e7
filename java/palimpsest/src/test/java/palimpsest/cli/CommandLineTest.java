package palimpsest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static palimpsest.cli.Terminal.palimpsest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import palimpsest.base.Version;
import palimpsest.cli.Terminal.Outcome;

/** The command line as such: help, versions, and words it does not know. */
final class CommandLineTest {
  @Test
  void alone_itSaysWhatThereIs() {
    Outcome outcome = palimpsest();
    assertEquals(0, outcome.code());
    assertEquals(palimpsest("--help").out(), outcome.out());
    assertTrue(outcome.out().contains("doctor"), outcome.out());
    assertEquals("", outcome.err());
  }

  @Test
  void theVersionNamesTheBuildAndTheJdk() {
    Outcome outcome = palimpsest("--version");
    assertEquals(0, outcome.code());
    assertTrue(outcome.out().startsWith("palimpsest " + Version.number()), outcome.out());
    assertTrue(outcome.out().contains("JDK " + Runtime.version()), outcome.out());
    assertEquals(1, outcome.out().lines().count());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "sweep",
        "data",
        "data biography",
        "report",
        "compare",
        "export",
        "generate",
        "eval",
        "metrics",
        "kernels",
        "kernels check",
        "doctor"
      })
  void everyCommandHasAHelpWithAnExample(String command) {
    Outcome outcome = palimpsest((command + " --help").split(" "));
    assertEquals(0, outcome.code());
    assertTrue(outcome.out().contains("Example"), outcome.out());
    assertTrue(outcome.out().lines().allMatch(line -> line.length() <= 80), outcome.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      textBlock =
          """
          dcotor => unknown command 'dcotor'; did you mean 'doctor'? See palimpsest --help
          zzz => unknown command 'zzz'; see palimpsest --help
          --jsn => unknown option '--jsn'; see palimpsest --help
          doctor --jsn - => unknown option '--jsn'; did you mean '--json'? See palimpsest doctor --help
          doctor --jsn=- => unknown option '--jsn'; did you mean '--json'? See palimpsest doctor --help
          doctor now => 'now' is one argument too many; see palimpsest doctor --help
          doctor --json => missing required parameter for option '--json' (FILE|-); see palimpsest doctor --help
          """)
  void aMistakeIsOneLineAndExitCode2(String arguments, String line) {
    Outcome outcome = palimpsest(arguments.split(" "));
    assertEquals("palimpsest: " + line + "\n", outcome.err());
    assertEquals(2, outcome.code());
    assertEquals("", outcome.out());
  }

  @Test
  void debugShowsTheStackTrace() {
    Outcome quiet = palimpsest("doctor", "--json", "/nowhere/doctor.json");
    assertEquals(2, quiet.code());
    assertEquals(1, quiet.errLines().size(), quiet.err());
    Outcome loud = palimpsest("doctor", "--json", "/nowhere/doctor.json", "--debug");
    assertEquals(2, loud.code());
    assertEquals(
        quiet.err().lines().count() + 1, loud.errLines().indexOf(firstFrame(loud)), loud.err());
  }

  private static String firstFrame(Outcome outcome) {
    assertFalse(outcome.errLines().isEmpty());
    return outcome.errLines().stream().filter(l -> l.startsWith("\tat ")).findFirst().orElse("");
  }
}
