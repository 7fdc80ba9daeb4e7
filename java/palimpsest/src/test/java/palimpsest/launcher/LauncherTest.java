package palimpsest.launcher;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher on the packaged program. */
@Tag("launcher")
class LauncherTest {
  @TempDir Path folder;

  @Test
  void aMistakeIsOneLineAndExitCodeTwo() throws Exception {
    Launched launched = Launched.palimpsest("--no-such-option");
    assertAll(
        () -> assertEquals(2, launched.code()),
        () -> assertEquals("", launched.out()),
        () -> assertEquals(1, launched.errLines().size(), launched.err()),
        () -> assertTrue(launched.err().contains("--no-such-option"), launched.err()));
  }

  @Test
  void whatWentWellSaysNothingOnStandardError() throws Exception {
    Launched launched = Launched.palimpsest("--version");
    assertAll(
        () -> assertEquals(0, launched.code()),
        () -> assertTrue(launched.out().startsWith("palimpsest "), launched.out()),
        () -> assertEquals("", launched.err()));
  }

  @Test
  void remarksOfTheVirtualMachineStayWithTheLauncher() throws Exception {
    Launched launched = launch(Map.of("JAVA_TOOL_OPTIONS", "-Dsomething=else"), "--no-such-option");
    assertEquals(1, launched.errLines().size(), launched.err());
  }

  @Test
  void aVirtualMachineThatCannotStartIsHeard() throws Exception {
    Launched launched = launch(Map.of("PALIMPSEST_JAVA_OPTIONS", "-Xnonsense"), "--version");
    assertAll(
        () -> assertFalse(launched.code() == 0),
        () -> assertTrue(launched.err().contains("-Xnonsense"), launched.err()),
        () -> assertFalse(launched.err().contains("incubator"), launched.err()));
  }

  @Test
  void theHeapCanBeTooSmallToStartWithAndThatIsHeardOnStandardErrorAlone() throws Exception {
    Launched launched = launch(Map.of("PALIMPSEST_JAVA_OPTIONS", "-Xmx1k"), "--version");
    assertAll(
        () -> assertFalse(launched.code() == 0),
        () -> assertEquals("", launched.out()),
        () -> assertTrue(launched.err().contains("heap"), launched.err()));
  }

  @Test
  void showsTheCommandInsteadOfRunningIt() throws Exception {
    Launched shown =
        launch(
            Map.of("PALIMPSEST_JAVA_OPTIONS", "-Dfirst=1 -Dsecond=2"),
            "--show-command",
            "--no-such-option",
            "two words");
    assertAll(
        () -> assertEquals(0, shown.code()),
        () -> assertTrue(shown.out().contains("jdk.incubator.vector"), shown.out()),
        () -> assertTrue(shown.out().contains(" -Dfirst=1 -Dsecond=2 "), shown.out()),
        () -> assertEquals("", shown.err()));
    Launched run = Launched.run(folder, Map.of(), List.of("bash", "-c", shown.out()));
    assertEquals(2, run.code(), "the shown command is the one that runs: " + run.err());
  }

  @Test
  void worksThroughALinkFromAFolderWithSpacesInItsName() throws Exception {
    Path elsewhere = Files.createDirectory(folder.resolve("a folder with spaces"));
    Path link =
        Files.createSymbolicLink(
            elsewhere.resolve("linked launcher"), Launched.root().resolve("palimpsest"));
    Launched launched = Launched.run(elsewhere, Map.of(), List.of(link.toString(), "--version"));
    assertAll(
        () -> assertEquals(0, launched.code(), launched.err()),
        () -> assertTrue(launched.out().startsWith("palimpsest "), launched.out()));
  }

  @Test
  void bothStreamsIntoOneFileKeepTheirOrder() throws Exception {
    Path file = folder.resolve("both.txt");
    String launcher = Launched.root().resolve("palimpsest").toString();
    Launched.run(
        folder,
        Map.of("LAUNCHER", launcher),
        List.of(
            "bash",
            "-c",
            "{ echo before; \"$LAUNCHER\" --no-such-option; echo after; } >both.txt 2>&1"));
    List<String> lines = Files.readAllLines(file);
    assertEquals(3, lines.size(), lines.toString());
    assertTrue(lines.get(1).contains("--no-such-option"), lines.toString());
  }

  @Test
  void controlCEndsATrainingWithOneLineAndNothingHalfDone() throws Exception {
    Path run = folder.resolve("run");
    Process process =
        Launched.start(
            folder,
            Map.of("PALIMPSEST_CACHE", folder.resolve("cache").toString()),
            List.of(
                "env",
                "--default-signal=INT",
                Launched.root().resolve("palimpsest").toString(),
                "run",
                "micro",
                "--quiet",
                "--set",
                "pretrain.steps=1000000",
                "--out",
                run.toString()));
    while (process.isAlive() && !Files.exists(run.resolve("metrics.jsonl"))) {
      Thread.sleep(50);
    }
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    Launched launched = Launched.ended(process);
    assertAll(
        () -> assertEquals(130, launched.code(), launched.err()),
        () -> assertEquals(1, launched.errLines().size(), launched.err()),
        () -> assertTrue(launched.err().contains("--resume"), launched.err()),
        () -> assertFalse(Files.exists(run.resolve("results.json"))),
        () -> assertTrue(Files.exists(run.resolve("config.yaml"))));
  }

  private Launched launch(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    String launcher = Launched.root().resolve("palimpsest").toString();
    return Launched.run(folder, environment, Launched.command(launcher, List.of(arguments)));
  }
}
