package palimpsest.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import palimpsest.base.StopRequest;
import palimpsest.base.StoppedException;
import palimpsest.io.Sha256;
import palimpsest.report.Results;
import palimpsest.train.LogLine;

/**
 * What is trained once and found again: in the cache, in the run folder, after damage or a stop.
 */
class ExperimentReuseTest extends FakeExperiment {
  private static final String FILES = "\"files\":{";

  @Test
  void aSecondRunTrainsNothingAndSaysTheSame() throws IOException {
    Config config = config("seq,freeze:2", "1,2");
    Results first = run("first", config);
    int trained = apparatus.trained;
    Results second = run("second", config);
    assertEquals(trained, apparatus.trained);
    assertEquals(first, second);
    assertEquals(
        List.of("seed 1: 9 phases taken from the cache", "seed 2: 9 phases taken from the cache"),
        notes);
    assertEquals(files(place.resolve("first")), files(place.resolve("second")));
  }

  @Test
  void withoutACacheAllIsTrainedAgainToTheSame() {
    cache = Optional.empty();
    Config config = config("seq,freeze:2", "1");
    Results first = run("first", config);
    int trained = apparatus.trained;
    Results second = run("second", config);
    assertEquals(2 * trained, apparatus.trained);
    assertEquals(timeless(first), timeless(second));
  }

  @Test
  void anotherMethodTrainsItsOwnBranchAlone() {
    cache = Optional.empty();
    run("run", config("seq", "1"));
    int before = apparatus.trained;
    Results resumed = resume("run", config("seq,freeze:2", "1"));
    int steps = resumed.runs().getFirst().methods().get("freeze:2").cost().steps();
    assertEquals(before + steps + 2 * RECOVERY, apparatus.trained);
    assertEquals(List.of("seq", "freeze:2"), resumed.methods());
    assertEquals(timeless(run("whole", config("seq,freeze:2", "1"))), timeless(resumed));
  }

  @Test
  void anotherSeedTrainsItsOwnChainAlone() {
    cache = Optional.empty();
    Results one = run("run", config("seq", "1"));
    Results two = resume("run", config("seq", "1,2"));
    assertEquals(one.runs().getFirst(), two.runs().getFirst());
    assertEquals(2, two.runs().size());
  }

  @Test
  void damageIsNoticedAndMendedByTrainingAgain() throws IOException {
    Config config = config("seq", "1");
    Results first = run("run", config);
    for (String file :
        List.of("task0/outcome.json", "task0/phase.json", "pretrain/last/state.txt")) {
      Path damaged = place.resolve("run/checkpoints/seed-1").resolve(file);
      Files.delete(damaged); // it may be the same file in the cache
      Files.writeString(damaged, "{}");
      cache = Optional.empty();
      notes.clear();
      Results mended = resume("run", config);
      assertEquals(timeless(first), timeless(mended));
      assertEquals(
          1, notes.stream().filter(note -> note.contains("damaged")).count(), notes.toString());
    }
  }

  @Test
  void aRecordFromElsewhereIsNotBelieved() throws IOException {
    Config config = config("seq", "1");
    Results first = run("run", config);
    cache = Optional.empty();
    Path task0 = place.resolve("run/checkpoints/seed-1/task0");
    Path outside = Files.writeString(task0.resolveSibling("outside"), "of no phase");
    String whole = Files.readString(task0.resolve("phase.json"));
    Map<String, String> records =
        Map.of(
            whole.replace(FILES, FILES + "\"../outside\":\"" + Sha256.of(outside) + "\","),
            "../outside is not what was written",
            whole.replace(FILES, FILES + "\"more.json\":null,"),
            "phase.json cannot be read",
            whole + " ".repeat(17 << 20),
            "phase.json cannot be read");
    for (Map.Entry<String, String> record : records.entrySet()) {
      Files.delete(task0.resolve("phase.json"));
      Files.writeString(task0.resolve("phase.json"), record.getKey());
      notes.clear();
      assertEquals(timeless(first), timeless(resume("run", config)));
      assertEquals(
          "%s: damaged (%s); trained again".formatted(task0, record.getValue()), notes.getFirst());
    }
  }

  @Test
  void aDamagedCacheIsNoWorseThanNone() throws IOException {
    Config config = config("seq", "1");
    Results first = run("first", config);
    try (Stream<Path> files = Files.walk(place.resolve("cache"))) {
      for (Path file : files.filter(f -> f.endsWith("outcome.json")).toList()) {
        Files.delete(file);
        Files.writeString(file, "{");
      }
    }
    notes.clear();
    assertEquals(timeless(first), timeless(run("second", config)));
    assertEquals(6, notes.stream().filter(note -> note.contains("damaged")).count());
  }

  @Test
  void stoppedAnywhereItLeavesWholeFilesAndGoesOnToTheSameEnd() throws IOException {
    cache = Optional.empty();
    Config config = config("seq,freeze:2", "1");
    Results whole = run("whole", config);
    int all = apparatus.trained;
    RunFolder.create(place.resolve("run"), config);
    for (int at = 7; at < all; at += 23) {
      int last = at;
      apparatus.trained = 0;
      var stopping = new StopRequest();
      apparatus.beforeStep =
          () -> {
            if (apparatus.trained == last) {
              stopping.request();
            }
          };
      try {
        experiment(RunFolder.resume(place.resolve("run")), config, stopping).run(_ -> {});
        break;
      } catch (StoppedException _) {
        try (Stream<Path> files = Files.walk(place.resolve("run"))) {
          assertEquals(
              List.of(), files.filter(file -> file.toString().contains(".partial")).toList());
        }
      }
    }
    apparatus.beforeStep = () -> {};
    assertEquals(timeless(whole), timeless(resume("run", config)));
  }

  @Test
  void logsEachPhaseAndTheSameFromTheCache() {
    List<LogLine> lines = new ArrayList<>();
    Config config = config("seq", "1");
    experiment(RunFolder.create(place.resolve("a"), config), config, stop).run(lines::add);
    List<LogLine> again = new ArrayList<>();
    experiment(RunFolder.create(place.resolve("b"), config), config, stop).run(again::add);
    assertEquals(lines, again);
    assertEquals(
        List.of("pretrain", "task0", "recovery", "task1"),
        lines.stream().map(LogLine::phase).distinct().toList());
    assertEquals(
        List.of(1, 10, 20, 30),
        lines.stream().filter(line -> line.phase().equals("pretrain")).map(LogLine::step).toList());
  }

  @Test
  void keepsTheLastWeightsOnlyAndStillGoesOn() throws IOException {
    cache = Optional.empty();
    keep = OptionalInt.of(1);
    Results first = run("run", config("seq", "1"));
    try (Stream<Path> files = Files.walk(place.resolve("run/checkpoints"))) {
      assertEquals(List.of(), files.filter(file -> file.endsWith("state.txt")).toList());
    }
    assertEquals(timeless(first), timeless(resume("run", config("seq", "1"))));
    Results more = resume("run", config("seq,freeze:2", "1"));
    assertEquals(timeless(run("whole", config("seq,freeze:2", "1"))), timeless(more));
  }

  @Test
  void keepsTheWeightsThatAreListedAndTheLastThatHeld() throws IOException {
    Results results =
        run(
            "run",
            config(
                "seq,freeze:2",
                "1",
                "checkpoints.pretrain_shares=[0.1,0.5]",
                "checkpoints.methods=[freeze:2]",
                "checkpoints.task1_steps=[3,6,9,5000]"));
    Path seed = place.resolve("run/checkpoints/seed-1");
    assertEquals(List.of("last", "step-15", "step-3"), folders(seed.resolve("pretrain")));
    assertEquals(List.of("early", "last"), folders(seed.resolve("task1-seq")));
    // of the looks before the early step, 6, the second still holds, and the fourth no more
    List<Results.CurvePoint> curve = results.runs().getFirst().methods().get("freeze:2").curve();
    assertTrue(task0(curve, 2) >= 0.9 * task0(curve, 0));
    assertTrue(task0(curve, 4) < 0.9 * task0(curve, 0));
    assertEquals(
        List.of("early", "last", "step-2", "step-3", "step-9"),
        folders(seed.resolve("task1-freeze_2")));
  }

  @Test
  void askingForMoreWeightsTrainsTheirPhaseAgainAndNoneAfterIt() throws IOException {
    Results first = run("run", config("seq", "1", "checkpoints.methods=[]"));
    apparatus.trained = 0;
    Results again = resume("run", config("seq", "1", "checkpoints.task1_steps=[3]"));
    assertEquals(timeless(first), timeless(again));
    assertEquals(first.runs().getFirst().methods().get("seq").cost().steps(), apparatus.trained);
    assertEquals(
        List.of("early", "last", "step-3"),
        folders(place.resolve("run/checkpoints/seed-1/task1-seq")));
    // each of the two lies in the cache
    apparatus.trained = 0;
    resume("run", config("seq", "1", "checkpoints.methods=[]"));
    resume("run", config("seq", "1", "checkpoints.task1_steps=[3]"));
    assertEquals(0, apparatus.trained);
  }

  private static double task0(List<Results.CurvePoint> curve, int step) {
    return curve.stream()
        .filter(point -> point.step() == step)
        .findFirst()
        .orElseThrow()
        .scores()
        .getFirst()
        .exactMatch();
  }

  private static List<String> folders(Path phase) throws IOException {
    try (Stream<Path> entries = Files.list(phase)) {
      return entries
          .filter(Files::isDirectory)
          .map(entry -> entry.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  private static List<String> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.map(file -> root.relativize(file).toString()).sorted().toList();
    }
  }
}
