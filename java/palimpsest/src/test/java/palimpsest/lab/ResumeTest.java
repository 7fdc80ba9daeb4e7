package palimpsest.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import palimpsest.base.RandomStream;
import palimpsest.base.RunException;
import palimpsest.base.StopRequest;
import palimpsest.base.StoppedException;
import palimpsest.base.UserException;
import palimpsest.io.AtomicFiles;
import palimpsest.io.Disk;
import palimpsest.report.Results;

/** A run that is cut short anywhere goes on to the same end, on a model that takes no time. */
class ResumeTest {
  @TempDir(factory = MemoryFolder.class)
  Path place;

  private final FakeModel.Apparatus apparatus = new FakeModel.Apparatus();
  private final List<String> notes = new ArrayList<>();
  private final Progress progress =
      new Progress() {
        @Override
        public void note(String line) {
          notes.add(line);
        }
      };
  private Cadence cadence = new Cadence(4, Duration.ZERO);
  private Optional<Path> cache = Optional.empty();
  private int laterTasks = 1;

  private static Config config(String... more) {
    return FakeExperiment.config("seq,freeze:2,replay:0.2", "1", more);
  }

  /** Many kills of one run, at any change of a file or folder, one after the other. */
  @ParameterizedTest
  @CsvSource({"1,1", "2,1", "3,2", "4,3"})
  void killedAtAnyChangeItGoesOnToTheSameEnd(long seed, int tasks) throws IOException {
    laterTasks = tasks;
    Config config = config("checkpoints.task1_steps=[3]", "checkpoints.methods=[seq]");
    Results whole = run("whole", config, Disk.PLAIN);
    RandomGenerator random = RandomStream.of(seed, "kills");
    int kills = 0;
    Results results = null;
    while (results == null) {
      FaultyDisk disk = FaultyDisk.at(FaultyDisk.Fault.KILLED, random.nextInt(1, 500));
      try {
        results = run("run", config, disk);
      } catch (FaultyDisk.Killed _) {
        kills++;
      }
    }
    assertTrue(kills >= 3, kills + " kills");
    assertEquals(FakeExperiment.timeless(whole), FakeExperiment.timeless(results));
    assertSame("whole", "run", "at the end");
  }

  /** Every change of a short stretch in turn, so that none is left out. */
  @Test
  void killedAtEachChangeInTurn() throws IOException {
    Config config = FakeExperiment.config("replay:0.2", "1", "pretrain.steps=6", "task0.steps=3");
    run("whole", config, Disk.PLAIN);
    FaultyDisk counting = FaultyDisk.at(FaultyDisk.Fault.KILLED, 0);
    run("counted", config, counting);
    for (int n = 1; n <= counting.count(); n += 3) {
      String name = "run" + n;
      FaultyDisk disk = FaultyDisk.at(FaultyDisk.Fault.KILLED, n);
      assertThrows(FaultyDisk.Killed.class, () -> run(name, config, disk));
      run(name, config, Disk.PLAIN);
      assertSame("whole", name, "change " + n);
      delete(name);
    }
  }

  /** At most what came after the last checkpoint is trained again. */
  @Test
  void losesNoMoreThanTheStepsSinceTheLastCheckpoint() {
    Config config = config();
    run("whole", config, Disk.PLAIN);
    int all = apparatus.trained;
    for (int at = 1; at < all; at += 7) {
      String name = "run" + at;
      apparatus.trained = 0;
      int last = at;
      apparatus.beforeStep =
          () -> {
            if (apparatus.trained == last) {
              throw new FaultyDisk.Killed();
            }
          };
      assertThrows(FaultyDisk.Killed.class, () -> run(name, config, Disk.PLAIN));
      apparatus.beforeStep = () -> {};
      run(name, config, Disk.PLAIN);
      assertTrue(apparatus.trained <= all + 4, apparatus.trained + " steps instead of " + all);
    }
  }

  @Test
  void askedToStopItWritesACheckpointAndLosesNothing() {
    cadence = new Cadence(0, Duration.ofDays(1));
    Config config = config();
    Results whole = run("whole", config, Disk.PLAIN);
    int all = apparatus.trained;
    apparatus.trained = 0;
    Results results = null;
    for (int at = 5; results == null; at += 17) {
      int last = at;
      var stop = new StopRequest();
      apparatus.beforeStep =
          () -> {
            if (apparatus.trained == last) {
              stop.request();
            }
          };
      try {
        results = run("run", config, Disk.PLAIN, stop);
      } catch (StoppedException _) {
        assertTrue(apparatus.trained > last);
      }
    }
    assertEquals(all, apparatus.trained);
    assertEquals(FakeExperiment.timeless(whole), FakeExperiment.timeless(results));
    assertTrue(
        notes.stream().anyMatch(note -> note.contains("goes on after step")), notes::toString);
  }

  @Test
  void aDamagedCheckpointIsNamedWithTheOneUsedInstead() throws IOException {
    Config config = config();
    run("whole", config, Disk.PLAIN);
    for (String damaged : List.of("point.json", "SHA256SUMS", "strategy.json", "model/state.txt")) {
      String name = "run-" + damaged.replace('/', '-');
      killAtStep(name, config, 19);
      Path phase = place.resolve(name).resolve("checkpoints/seed-1/.pretrain.underway");
      assertEquals(List.of("resume-000003", "resume-000004"), points(phase));
      cut(phase.resolve("resume-000004").resolve(damaged));
      notes.clear();
      run(name, config, Disk.PLAIN);
      String note = notes.stream().filter(line -> line.contains("damaged")).findFirst().orElse("");
      assertTrue(note.contains("resume-000004"), notes.toString());
      assertTrue(note.contains(damaged), note);
      assertTrue(note.endsWith("going on from step 12 instead"), note);
      assertSame("whole", name, "at the end");
    }
  }

  @Test
  void withoutASoundCheckpointThePhaseBeginsAgain() throws IOException {
    Config config = config();
    run("whole", config, Disk.PLAIN);
    killAtStep("run", config, 19);
    cut(place.resolve("run/checkpoints/seed-1/.pretrain.underway/predictions.jsonl"));
    cut(place.resolve("run/checkpoints/seed-1/.pretrain.underway/log.jsonl"));
    run("run", config, Disk.PLAIN);
    assertTrue(
        notes.stream().anyMatch(note -> note.endsWith("the phase begins again instead")),
        notes::toString);
    assertSame("whole", "run", "at the end");
  }

  @ParameterizedTest
  @EnumSource(
      value = FaultyDisk.Fault.class,
      names = {"FULL", "READ_ONLY", "GONE"})
  void aDiskThatFailsStopsTheRunInOneLineAndLosesNothing(FaultyDisk.Fault fault)
      throws IOException {
    Config config = FakeExperiment.config("seq", "1", "pretrain.steps=12", "task0.steps=4");
    run("whole", config, Disk.PLAIN);
    FaultyDisk counting = FaultyDisk.at(fault, 0);
    run("counted", config, counting);
    for (int n = 4; n <= counting.count(); n += 11) {
      String name = fault + "-" + n;
      FaultyDisk disk = FaultyDisk.at(fault, n);
      try {
        run(name, config, disk);
        assertFalse(disk.happened() && fault != FaultyDisk.Fault.FULL, name);
      } catch (RunException | UserException e) {
        assertTrue(e.getMessage().contains("cannot be written: "), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
      }
      run(name, config, Disk.PLAIN);
      assertSame("whole", name, name);
      delete(name);
    }
  }

  /** Somebody makes space while the run waits. */
  @Test
  void aFullDiskIsWaitedFor() throws IOException {
    Config config = FakeExperiment.config("seq", "1");
    run("whole", config, Disk.PLAIN);
    int trained = apparatus.trained;
    for (int n = 4; n < 200; n += 13) {
      apparatus.trained = 0;
      String name = "run" + n;
      run(name, config, FaultyDisk.at(FaultyDisk.Fault.FULL_ONCE, n));
      assertEquals(trained, apparatus.trained);
      assertSame("whole", name, name);
    }
  }

  @Test
  void aRunThatSharesACacheIsKilledAndGoesOn() throws IOException {
    Config config = config();
    Results whole = run("whole", config, Disk.PLAIN);
    cache = Optional.of(place.resolve("cache"));
    RandomGenerator random = RandomStream.of(9, "kills");
    for (int round = 0; round < 3; round++) {
      String name = "run" + round;
      Results results = null;
      while (results == null) {
        try {
          results =
              run(name, config, FaultyDisk.at(FaultyDisk.Fault.KILLED, random.nextInt(1, 700)));
        } catch (FaultyDisk.Killed _) {
          assertTrue(Files.exists(place.resolve(name)));
        }
      }
      assertEquals(FakeExperiment.timeless(whole), FakeExperiment.timeless(results));
      assertSame("whole", name, "at the end");
    }
  }

  /** Two at a time, with one cache: what each leaves is what it leaves alone. */
  @Test
  void twoRunsSideBySideDoNotDisturbEachOther() throws Exception {
    Config config = config();
    run("whole", config, Disk.PLAIN);
    cache = Optional.of(place.resolve("cache"));
    for (int round = 0; round < 3; round++) {
      var runs = new ArrayList<Future<Results>>();
      try (var threads = Executors.newFixedThreadPool(2)) {
        for (String name : List.of("left" + round, "right" + round)) {
          runs.add(threads.submit(() -> run(name, config, Disk.PLAIN)));
        }
      }
      for (Future<Results> run : runs) {
        assertEquals(List.of("seq", "freeze:2", "replay:0.2"), run.get().methods());
      }
      assertSame("whole", "left" + round, "round " + round);
      assertSame("whole", "right" + round, "round " + round);
      AtomicFiles.deleteTree(place.resolve("cache"));
    }
  }

  private void killAtStep(String name, Config config, int step) {
    apparatus.trained = 0;
    apparatus.beforeStep =
        () -> {
          if (apparatus.trained == step) {
            throw new FaultyDisk.Killed();
          }
        };
    assertThrows(FaultyDisk.Killed.class, () -> run(name, config, Disk.PLAIN));
    apparatus.beforeStep = () -> {};
  }

  private static List<String> points(Path phase) throws IOException {
    try (Stream<Path> entries = Files.list(phase)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.startsWith("resume-"))
          .sorted()
          .toList();
    }
  }

  /** Takes the last byte away. */
  private static void cut(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, Math.max(0, bytes.length - 1)));
  }

  private Results run(String name, Config config, Disk disk) {
    return run(name, config, disk, new StopRequest());
  }

  /** Begins a run, or goes on with it. */
  private Results run(String name, Config config, Disk disk, StopRequest stop) {
    return ScopedValue.where(Disk.CURRENT, disk)
        .call(
            () -> {
              Path root = place.resolve(name);
              boolean begun = Files.exists(root.resolve("config.yaml"));
              RunFolder folder = begun ? RunFolder.resume(root) : RunFolder.create(root, config);
              return new Experiment(
                      config,
                      new Experiment.Options(
                          cache, OptionalInt.empty(), NonFinite.STOP, cadence, true),
                      folder,
                      apparatus,
                      _ -> new FakeStream(laterTasks),
                      progress,
                      stop)
                  .run(_ -> {});
            });
  }

  private void delete(String name) {
    AtomicFiles.deleteTree(place.resolve(name));
  }

  /** All files, but for times. */
  private void assertSame(String expected, String actual, String when) throws IOException {
    Map<String, String> wanted = contents(expected);
    Map<String, String> found = contents(actual);
    List<String> different = new ArrayList<>();
    for (String file :
        Stream.concat(wanted.keySet().stream(), found.keySet().stream()).distinct().toList()) {
      List<String> lines = lines(wanted.get(file));
      List<String> others = lines(found.get(file));
      if (!lines.equals(others)) {
        lines.removeAll(others);
        others.removeAll(lines(wanted.get(file)));
        different.add("%s: %s instead of %s".formatted(file, others, lines));
      }
    }
    assertEquals(List.of(), different, when);
  }

  private static List<String> lines(String content) {
    return new ArrayList<>(content == null ? List.of("no such file") : content.lines().toList());
  }

  private List<String> files(String name) throws IOException {
    try (Stream<Path> files = Files.walk(place.resolve(name))) {
      return files.map(file -> place.resolve(name).relativize(file).toString()).sorted().toList();
    }
  }

  /** Every file's content, but for times and for what is a sum over times. */
  private Map<String, String> contents(String name) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    for (String file : files(name)) {
      Path path = place.resolve(name).resolve(file);
      if (Files.isRegularFile(path) && !file.endsWith("phase.json")) {
        contents.put(
            file,
            Files.readString(path)
                .replaceAll("\"(seconds|tokens_per_second)\" ?: ?[^,}\\n]*", "\"$1\"")
                .replaceAll("(?s)\"summary\" : .*", "")); // of these and of times
      }
    }
    return contents;
  }
}
