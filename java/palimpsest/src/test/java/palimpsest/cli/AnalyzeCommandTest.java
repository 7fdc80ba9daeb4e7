package palimpsest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static palimpsest.cli.Terminal.palimpsest;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.cli.Terminal.Outcome;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class AnalyzeCommandTest {
  @TempDir private static Path folder;
  private static String run;

  @BeforeAll
  static void aRun() {
    run = folder.resolve("run").toString();
    Outcome outcome =
        palimpsest(
            "run",
            "micro",
            "--methods",
            "seq",
            "--no-cache",
            "--quiet",
            "--threads",
            "1",
            "--out",
            run);
    assertEquals(0, outcome.code(), outcome.err());
  }

  @Test
  void saysWhatWasFoundAndWhereTheReportIs() {
    Outcome outcome = palimpsest("analyze", run, "performance", "--threads", "1");
    assertEquals(0, outcome.code(), outcome.err());
    assertTrue(outcome.out().startsWith("performance: Task 0 goes from "), outcome.out());
    assertTrue(outcome.out().endsWith("Report: " + run + "/report.html\n"), outcome.out());
    assertTrue(
        outcome.err().matches("(?s).*is lost between step a = \\d+ and step b = 20 of task 1\n.*"),
        outcome.err());
    assertTrue(outcome.err().contains("[1/1] performance: "), outcome.err());
  }

  @Test
  void jsonHasEveryFinding() throws Exception {
    Outcome outcome =
        palimpsest(
            "analyze", run, "performance", "--threads", "1", "--a", "5", "--quiet", "--json", "-");
    assertEquals(0, outcome.code(), outcome.err());
    assertEquals("", outcome.err());
    JsonNode performance = new JsonMapper().readTree(outcome.out()).get("performance");
    assertEquals(5, performance.get("about").get("window").get("a").asInt());
    assertEquals("seq", performance.get("about").get("method").asString());
    assertEquals(8, performance.get("findings").get("recoveries").size());
    JsonNode file =
        new JsonMapper().readTree(Files.readString(Path.of(run, "analysis", "performance.json")));
    assertEquals(performance, file);
  }

  @Test
  void aBarIsDrawnForWhoeverWatches() {
    Outcome outcome = new Terminal(true).run("analyze", run, "performance", "--threads", "1");
    assertEquals(0, outcome.code(), outcome.err());
    assertTrue(outcome.err().contains("[1/1] performance   0% ░░"), outcome.err());
    assertTrue(outcome.err().contains("\r[1/1] performance: "), outcome.err());
  }

  @Test
  void mistakesAreOneLine() throws Exception {
    refused("did you mean 'landscape'?", run, "landscap");
    refused("no such folder", folder.resolve("none").toString());
    refused("not the folder of a run", folder.toString());
    Path unfinished = Files.createDirectory(folder.resolve("unfinished"));
    Files.copy(Path.of(run, "config.yaml"), unfinished.resolve("config.yaml"));
    refused("has no results yet; palimpsest run --resume", unfinished.toString());
    refused("--json: there is no folder", run, "--json", "/nowhere/a.json");
    refused("--seed 9: the run has the seeds [1]", run, "--seed", "9");
    refused("keeps them", run, "landscape", "--a", "7");
  }

  @Test
  void helpNamesTheAnalyses() {
    Outcome outcome = palimpsest("analyze", "--help");
    assertEquals(0, outcome.code());
    assertEquals("", outcome.err());
    assertTrue(outcome.out().contains("performance, landscape"), outcome.out());
    assertTrue(outcome.out().contains("90 %"), outcome.out());
  }

  private static void refused(String said, String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "analyze";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    Outcome outcome = palimpsest(all);
    assertEquals(2, outcome.code(), outcome.err());
    assertTrue(outcome.err().contains(said), outcome.err());
    assertEquals(1, outcome.errLines().size(), outcome.err());
    assertEquals("", outcome.out());
  }
}
