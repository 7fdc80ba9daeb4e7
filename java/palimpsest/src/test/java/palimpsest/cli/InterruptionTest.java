package palimpsest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals, which reach a whole process alone: the program in a JVM of its own. */
final class InterruptionTest {
  @TempDir private Path folder;

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "palimpsest.cli.Main"));
    command.addAll(List.of(arguments));
    // A parent that works in the background may ignore Ctrl-C, and its children would inherit that.
    command.addAll(0, List.of("env", "--default-signal=INT"));
    return new ProcessBuilder(command).directory(folder.toFile()).start();
  }

  /** What is anywhere in the folder under a temporary name. */
  private List<Path> unfinished() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".partial")).toList();
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static void signal(Process process, String signal) throws Exception {
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
  }

  /** The lines of standard error, but what the JVM itself says. */
  private static BufferedReader errorsOf(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
  }

  private static List<String> rest(BufferedReader lines) {
    return lines.lines().filter(line -> !line.startsWith("WARNING")).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void aSignalEndsACommandInOrder(String signal) throws Exception {
    Process process =
        start("data", "biography", "--people", "100000", "--new-people", "1", "--out", "people");
    while (process.isAlive() && files().isEmpty()) {
      Thread.sleep(5);
    }
    signal(process, signal);
    assertEquals(List.of("palimpsest: interrupted"), rest(errorsOf(process)));
    assertEquals(130, process.waitFor());
    assertEquals(List.of(), files());
  }

  @Test
  void aRunThatIsInterruptedCanBeResumed() throws Exception {
    String[] longRun = {
      "run",
      "micro",
      "--no-cache",
      "--methods",
      "seq",
      "--out",
      "run",
      "--set",
      "pretrain.steps=20",
      "--set",
      "task0.steps=1000000"
    };
    Process process = start(longRun);
    try (BufferedReader lines = errorsOf(process)) {
      String line = lines.readLine();
      while (line != null && !line.contains("pretrain: ")) {
        line = lines.readLine();
      }
      signal(process, "INT");
      List<String> rest = rest(lines);
      assertEquals(1, rest.size(), rest.toString());
      assertTrue(
          rest.getFirst()
              .matches(
                  "palimpsest: interrupted after .* s; resume with:"
                      + " palimpsest run --resume run"),
          rest.getFirst());
    }
    assertEquals(130, process.waitFor());
    assertEquals(List.of(), unfinished());
    assertFalse(Files.exists(folder.resolve("run/results.json")));
    Terminal again = new Terminal(false);
    again.stop().request();
    String resumed = folder.resolve("run").toString();
    Terminal.Outcome outcome = again.run("run", "--resume", resumed, "--no-cache");
    assertEquals(130, outcome.code());
    assertTrue(outcome.err().contains("seed 1: 1 phase done before"), outcome.err());
  }
}
