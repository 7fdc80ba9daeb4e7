package palimpsest.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.base.RunException;
import palimpsest.base.StopRequest;
import palimpsest.base.StoppedException;
import palimpsest.report.Results;
import palimpsest.train.LogLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The experiment's logic on a model that takes no time. */
class ExperimentTest {
  private static final int PRETRAIN = 30;
  private static final int TASK0 = 10;
  private static final int RECOVERY = 12;

  @TempDir(factory = MemoryFolder.class)
  Path place;

  private final FakeModel.Apparatus apparatus = new FakeModel.Apparatus();
  private final StopRequest stop = new StopRequest();
  private final List<String> notes = new ArrayList<>();
  private final List<Progress.Phase> phases = new ArrayList<>();
  private final Progress progress =
      new Progress() {
        @Override
        public void started(Phase phase) {
          phases.add(phase);
        }

        @Override
        public void note(String line) {
          notes.add(line);
        }
      };
  private Optional<Path> cache;
  private OptionalInt keep = OptionalInt.empty();
  private NonFinite nonFinite = NonFinite.STOP;
  private int laterTasks = 1;

  @BeforeEach
  void cacheInThePlace() {
    cache = Optional.of(place.resolve("cache"));
  }

  @Test
  void tellsTheStoryOfEachMethod() {
    Results results = run("run", config("seq,freeze:2,replay:0.2", "1"));
    assertEquals(List.of("seq", "freeze:2", "replay:0.2"), results.methods());
    Results.Run run = results.runs().getFirst();
    assertEquals(PRETRAIN, run.pretrain().steps());
    assertEquals(PRETRAIN * 8L, run.pretrain().tokens());
    assertEquals(1.0, run.pretrain().bioRecall().exactMatch());
    assertEquals(List.of(0, 1), run.floor().stream().map(Results.Floor::task).toList());

    Results.Method seq = run.methods().get("seq");
    assertEquals(1.0, score(seq.before(), 0, "test"));
    assertEquals(0.0, score(seq.before(), 1, "train"));
    assertEquals("target", seq.stopped());
    assertEquals(0.0, score(seq.finalScores(), 0, "test"));
    assertEquals(1.0, score(seq.finalScores(), 1, "train"));
    assertEquals(10, seq.cost().trainableParameters());
    assertEquals(5, run.methods().get("freeze:2").cost().trainableParameters());
    assertTrue(run.methods().get("replay:0.2").cost().extraBytes() > 0);
    assertTrue(score(run.methods().get("freeze:2").finalScores(), 0, "test") > 0);
  }

  @Test
  void drawsPointsOftenEarlyThenSeldomAndWhereAShareIsReached() {
    Results.Method freeze =
        run("run", config("freeze:2", "1")).runs().getFirst().methods().get("freeze:2");
    List<Integer> steps = freeze.curve().stream().map(Results.CurvePoint::step).toList();
    Set<Integer> expected = new TreeSet<>(List.of(0, 2, 4, 6, 8));
    for (int step = 10; step <= steps.getLast(); step += 10) {
      expected.add(step);
    }
    freeze.matched().values().forEach(matched -> expected.add(matched.step()));
    assertEquals(List.copyOf(expected), steps);
    freeze
        .curve()
        .forEach(
            point -> {
              assertEquals(1, point.training());
              assertEquals(1.0, point.bioRecall().exactMatch());
              assertEquals(
                  List.of("dev", "train"),
                  point.scores().stream().map(Results.Score::split).toList());
            });
  }

  @Test
  void matchesAtTheFirstLookThatReachesAThreshold() {
    Results.Method replay =
        run("run", config("replay:0.2", "1")).runs().getFirst().methods().get("replay:0.2");
    assertEquals(Results.THRESHOLDS, List.copyOf(replay.matched().keySet()));
    for (Map.Entry<String, Results.Matched> entry : replay.matched().entrySet()) {
      double threshold = Double.parseDouble(entry.getKey());
      int first =
          replay.curve().stream()
              .filter(point -> point.scores().get(1).exactMatch() >= threshold)
              .findFirst()
              .orElseThrow()
              .step();
      assertEquals(first, entry.getValue().step());
      List<String> asked =
          entry.getValue().scores().stream()
              .map(score -> "task%d/%s".formatted(score.task(), score.split()))
              .toList();
      boolean last = entry.getValue().step() == replay.matched().get("0.99").step();
      assertEquals(
          last
              ? List.of("task0/test", "task1/train", "task0/train")
              : List.of("task0/test", "task1/train"),
          asked,
          "where methods are compared, the people of task 0 that were trained on too");
      assertTrue(entry.getValue().scores().get(1).exactMatch() >= threshold);
    }
    assertEquals(replay.cost().steps(), replay.matched().get("0.99").step());
  }

  @Test
  void stopsAtThreeTimesTheStepsOfSeqWhereverSeqIsListed() {
    Config config =
        config("replay:0.2:mix=0.9,seq", "1", "task1.target=1.0", "task1.longest_ratio=1.5");
    Results.Run run = run("run", config).runs().getFirst();
    int seq = run.methods().get("seq").cost().steps();
    Results.Method replay = run.methods().get("replay:0.2:mix=0.9");
    assertEquals("limit", replay.stopped());
    assertEquals((int) (1.5 * seq), replay.cost().steps());
    assertEquals(replay.cost().steps(), replay.curve().getLast().step());
    assertNull(replay.matched().get("0.99"));
    assertTrue(replay.matched().containsKey("0.99"));
  }

  @Test
  void recoversFromThreeStartingPoints() {
    Results.Method seq = run("run", config("seq", "1")).runs().getFirst().methods().get("seq");
    Results.Recovery recovery = seq.recovery();
    List<Integer> points = List.of(0, 2, 4, 6, 12);
    assertEquals(6, recovery.early().fromStep());
    assertEquals(seq.cost().steps(), recovery.last().fromStep());
    assertEquals(
        points, recovery.early().curve().stream().map(Results.RecoveryPoint::step).toList());
    assertEquals(
        points, recovery.last().curve().stream().map(Results.RecoveryPoint::step).toList());
    assertEquals(
        points, recovery.control().curve().stream().map(Results.RecoveryPoint::step).toList());
    // 20 points of alignment a step, from none: 80 after 4 steps, 100 after 6, so 90 after 5
    assertEquals(5, recovery.stepsTo90().control());
    assertEquals(0.0, recovery.savings().last());
    assertEquals(1.0, recovery.knowledgeKept());
  }

  @Test
  void earlyRecoveryIsMissingWhereTheTaskWasOverBefore() {
    Results.Method seq =
        run("run", config("seq", "1", "recovery.early_step=60"))
            .runs()
            .getFirst()
            .methods()
            .get("seq");
    assertNull(seq.recovery().early());
    assertNull(seq.recovery().stepsTo90().early());
    assertNull(seq.recovery().savings().early());
    assertNotNull(seq.recovery().last());
  }

  @Test
  void fillsTheMatrix() {
    Results.Method seq = run("run", config("seq", "1")).runs().getFirst().methods().get("seq");
    assertEquals(List.of(List.of(1.0, 0.0), List.of(0.0, 1.0)), seq.matrix().r());
    assertEquals(List.of(0.0, 0.0), seq.matrix().baseline());
    assertEquals(1.0, seq.metrics().get("forgetting"));
    assertEquals(1.0, seq.metrics().get("learning_accuracy"));
  }

  @Test
  void referencesStandInEveryMatrix() {
    Results results = run("run", config("seq,single,joint+bio,joint", "1"));
    Map<String, Results.Method> methods = results.runs().getFirst().methods();
    Results.Method joint = methods.get("joint");
    Results.Method single = methods.get("single");
    assertNull(joint.recovery());
    assertNull(single.recovery());
    assertEquals(Arrays.asList(null, null), joint.matrix().r().getFirst());
    assertEquals(Arrays.asList(1.0, null), single.matrix().r().getFirst());
    assertEquals(Arrays.asList(null, 1.0), single.matrix().r().getLast());
    assertNull(single.metrics().get("forgetting"));
    assertEquals(1.0, single.metrics().get("learning_accuracy"));
    for (Results.Method method : methods.values()) {
      assertEquals(List.of(1.0, 1.0), method.matrix().single());
      assertEquals(joint.matrix().r().getLast(), method.matrix().joint());
    }
    assertEquals(0.0, methods.get("seq").metrics().get("intransigence"));
    assertEquals(0.0, methods.get("seq").metrics().get("intransigence_single"));
    assertEquals(results, Results.read(new RunFolder(place.resolve("run")).results()));
  }

  @Test
  void withoutReferencesTheirScoresAreMissing() {
    Results.Method seq = run("run", config("seq", "1")).runs().getFirst().methods().get("seq");
    assertNull(seq.matrix().single());
    assertNull(seq.matrix().joint());
    assertNull(seq.metrics().get("intransigence"));
  }

  @Test
  void jointTrainsOnTheQuestionsOfAllTasks() {
    run("run", config("joint", "1"));
    Set<Integer> seen = new TreeSet<>(apparatus.numbers);
    assertTrue(seen.stream().anyMatch(number -> number < FakeModel.FIRST_NEW));
    assertTrue(seen.stream().anyMatch(number -> number >= FakeModel.FIRST_NEW));
  }

  /** Its key has what it depends on, and nothing else's has: the rest is found. */
  @Test
  void aMethodThatLearnsTask0ItsOwnWayTrainsItsBranchAlone() {
    cache = Optional.empty();
    run("run", config("seq", "1"));
    int before = apparatus.trained;
    Results resumed = resume("run", config("seq,freeze:2:from-first", "1", "repeats=1"));
    Results.Method own = resumed.runs().getFirst().methods().get("freeze:2:from-first");
    assertEquals(before + TASK0 + own.cost().steps() + 2 * RECOVERY, apparatus.trained);
    assertTrue(
        Files.exists(place.resolve("run/checkpoints/seed-1/task0-freeze_2_from-first/last")));
    assertEquals(1.0, score(own.before(), 0, "test"));
    int trained = apparatus.trained;
    resume("run", config("seq,freeze:2:from-first,freeze:2", "1"));
    int freeze = own.cost().steps();
    assertEquals(trained + freeze + 2 * RECOVERY, apparatus.trained);
  }

  @Test
  void freezingNothingFromTheFirstTaskIsSeq() {
    Results.Run run = run("run", config("seq,freeze:0:from-first", "1")).runs().getFirst();
    Results.Method seq = run.methods().get("seq");
    Results.Method own = run.methods().get("freeze:0:from-first");
    assertEquals(seq.before(), own.before());
    assertEquals(seq.curve(), own.curve());
    assertEquals(seq.recovery(), own.recovery());
  }

  @Test
  void stopsEarlyWhereTheMethodSaysSo() {
    Results.Run run = run("run", config("freeze:2,freeze:2:stop=0.25", "1")).runs().getFirst();
    Results.Method whole = run.methods().get("freeze:2");
    Results.Method early = run.methods().get("freeze:2:stop=0.25");
    assertEquals("target", early.stopped());
    assertEquals(whole.matched().get("0.25"), early.matched().get("0.25"));
    assertEquals(early.matched().get("0.25").step(), early.cost().steps());
    assertNull(early.matched().get("0.99"));
  }

  @Test
  void saysWhatWasFrozen() {
    Results.Run run = run("run", config("seq,freeze:1", "1")).runs().getFirst();
    assertEquals(List.of(), run.methods().get("seq").cost().frozen());
    assertEquals(
        List.of("embed", "layers.0.attention", "layers.0.mlp"),
        run.methods().get("freeze:1").cost().frozen());
  }

  @Test
  void countsThePhasesItTrains() {
    for (String methods : List.of("seq", "seq,joint,single,freeze:1:from-first")) {
      phases.clear();
      cache = Optional.empty();
      run("run" + methods.length(), config(methods, "1", "repeats=2"));
      assertEquals(phases.getLast().of(), phases.size());
      assertEquals(phases.size(), phases.getLast().number());
    }
  }

  @Test
  void learnsAnyNumberOfTasksAndFillsTheWholeMatrix() throws IOException {
    laterTasks = 4;
    Results results = run("run", config("seq,replay:0.2", "1"));
    assertEquals(5, results.tasks().size());
    Results.Method seq = results.runs().getFirst().methods().get("seq");
    assertEquals(
        List.of(
            List.of(1.0, 0.0, 0.0, 0.0, 0.0),
            List.of(0.0, 1.0, 0.0, 0.0, 0.0),
            List.of(0.0, 1.0, 1.0, 0.0, 0.0),
            List.of(0.0, 1.0, 1.0, 1.0, 0.0),
            List.of(0.0, 1.0, 1.0, 1.0, 1.0)),
        seq.matrix().r(),
        "this model forgets task 0 alone");
    assertEquals(.8, seq.metrics().get("average_accuracy"), 1e-12);
    assertEquals(.25, seq.metrics().get("forgetting"), 1e-12);
    assertEquals(0.0, seq.metrics().get("forward_transfer"), 1e-12);
    for (int training = 1; training <= 4; training++) {
      int task = training;
      List<Results.CurvePoint> points =
          seq.curve().stream().filter(point -> point.training() == task).toList();
      assertEquals(0, points.getFirst().step());
      points.forEach(
          point ->
              assertEquals(
                  task + 1, point.scores().stream().map(Results.Score::task).distinct().count()));
    }
    Results.Matched last = seq.matched().get("0.99");
    assertEquals(4, last.scores().get(4).task(), "methods are compared where the last is known");
    assertEquals(6, seq.finalScores().size(), "each task, and task 0's trained people");
    int steps = seq.curve().getLast().step();
    var predictions = new RawPredictions(place.resolve("run/predictions/seed-1"));
    assertEquals(1.0, predictions.exactMatch("task1-seq", 4, steps, "task3/train"));
    assertEquals(0.0, predictions.exactMatch("task1-seq", 1, 0, "task1/train"));
  }

  @Test
  void everyTaskMayTakeThreeTimesTheStepsOfSeqsLongestTask() {
    laterTasks = 2;
    Results.Run run =
        run(
                "run",
                config(
                    "seq,replay:0.2:mix=0.9", "1", "task1.target=1.0", "task1.longest_ratio=1.5"))
            .runs()
            .getFirst();
    int longest =
        run.methods().get("seq").curve().stream()
            .mapToInt(Results.CurvePoint::step)
            .max()
            .orElseThrow();
    Results.Method replay = run.methods().get("replay:0.2:mix=0.9");
    assertEquals("limit", replay.stopped());
    assertEquals(2 * (int) (1.5 * longest), replay.cost().steps());
  }

  /** Everything that metrics are made of can be counted again from the answers on disk. */
  @Test
  void rawPredictionsGiveTheMatrixAndTheCurveAgain() throws IOException {
    Results.Method method =
        run("run", config("replay:0.2", "1")).runs().getFirst().methods().get("replay:0.2");
    var predictions = new RawPredictions(place.resolve("run/predictions/seed-1"));
    int steps = method.cost().steps();
    assertEquals(
        method.matrix().r(),
        List.of(
            List.of(
                predictions.exactMatch("task0", null, TASK0, "task0/test"),
                predictions.exactMatch("task0", null, TASK0, "task1/train")),
            List.of(
                predictions.exactMatch("task1-replay_0.2", 1, steps, "task0/test"),
                predictions.exactMatch("task1-replay_0.2", 1, steps, "task1/train"))));
    for (Results.CurvePoint point : method.curve()) {
      assertEquals(
          point.scores().getFirst().exactMatch(),
          predictions.exactMatch("task1-replay_0.2", 1, point.step(), "task0/dev"));
    }
    for (Results.RecoveryPoint point : method.recovery().last().curve()) {
      assertEquals(
          point.exactMatch(),
          predictions.exactMatch("recovery-replay_0.2-last", null, point.step(), "task0/test"));
    }
  }

  @Test
  void strengthZeroGivesExactlySeq() {
    Results.Run run = run("run", config("seq,freeze:0,replay:0.2:mix=0", "1")).runs().getFirst();
    Results.Method seq = run.methods().get("seq");
    for (String zero : List.of("freeze:0", "replay:0.2:mix=0.0")) {
      Results.Method method = run.methods().get(zero);
      assertEquals(seq.curve(), method.curve());
      assertEquals(seq.matched(), method.matched());
      assertEquals(seq.recovery(), method.recovery());
    }
  }

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
  void seedsDiffer() {
    Results results = run("run", config("replay:0.2", "1,2"));
    assertFalse(
        results
            .runs()
            .get(0)
            .methods()
            .get("replay:0.2")
            .curve()
            .equals(results.runs().get(1).methods().get("replay:0.2").curve()));
  }

  @Test
  void repeatsAreKeptApart() {
    Results results = run("run", config("seq,replay:0.2", "1", "repeats=3"));
    Results.Method replay = results.runs().getFirst().methods().get("replay:0.2");
    assertEquals(2, replay.repeats().size());
    assertFalse(replay.repeats().get(0).curve().equals(replay.curve()));
    assertFalse(replay.repeats().get(0).curve().equals(replay.repeats().get(1).curve()));
    assertEquals(1, results.summary().get("replay:0.2").get("task0_matched").n());
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
  void numbersThatAreNotFiniteStopTheRun() {
    apparatus.loss = Double.NaN;
    String message =
        assertThrows(RunException.class, () -> run("run", config("seq", "1"))).getMessage();
    assertTrue(message.contains("seed 1, pretrain, step 1: loss NaN"), message);
    assertTrue(message.contains("pretrain.learning_rate"), message);
    assertFalse(message.contains("\n"), message);
    Path saved = place.resolve("run/nonfinite/seed-1/pretrain-step-1.json");
    assertTrue(message.contains(saved.toString()), message);
    JsonNode json = JsonMapper.shared().readTree(saved.toFile());
    assertEquals(1, json.get("step").intValue());
    assertEquals("pretrain", json.get("phase").get("phase").stringValue());
    assertEquals(-1, json.get("batches").get(0).get("tokens").get(0).intValue());
  }

  @Test
  void stepsThatAreNotFiniteAreSkippedButNotForEver() {
    nonFinite = NonFinite.SKIP;
    apparatus.beforeStep = () -> apparatus.loss = apparatus.trained % 10 == 3 ? Double.NaN : 1;
    Results results = run("run", config("seq", "1"));
    assertEquals(1.0, results.runs().getFirst().pretrain().loss());
    assertTrue(
        notes.stream().anyMatch(note -> note.contains("step 4: loss NaN")), notes.toString());

    apparatus.beforeStep = () -> apparatus.loss = Double.NaN;
    cache = Optional.empty();
    assertThrows(RunException.class, () -> run("other", config("seq", "1")));
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

  private Results run(String name, Config config) {
    return experiment(RunFolder.create(place.resolve(name), config), config, stop).run(_ -> {});
  }

  private Results resume(String name, Config config) {
    return experiment(RunFolder.resume(place.resolve(name)), config, stop).run(_ -> {});
  }

  private Experiment experiment(RunFolder folder, Config config, StopRequest stop) {
    return new Experiment(
        config,
        new Experiment.Options(cache, keep, nonFinite),
        folder,
        apparatus,
        _ -> new FakeStream(laterTasks),
        progress,
        stop);
  }

  static Config config(String methods, String seeds, String... more) {
    List<ConfigOverride> overrides = new ArrayList<>();
    for (String one :
        List.of(
            "methods=[" + methods + "]",
            "seeds=[" + seeds + "]",
            "model.layers=4",
            "pretrain.steps=" + PRETRAIN,
            "task0.steps=" + TASK0,
            "task0.batch=8",
            "task1.batch=8",
            "task1.max_steps=100",
            "task1.check_every=5",
            "task1.curve_every=10",
            "task1.dense_every=2",
            "task1.dense_until=8",
            "recovery.steps=" + RECOVERY,
            "recovery.points=[0,2,4,6,12]",
            "recovery.early_step=6")) {
      overrides.add(ConfigOverride.parse(one));
    }
    for (String one : more) {
      overrides.add(ConfigOverride.parse(one));
    }
    return ConfigFile.load("micro", overrides);
  }

  private static double score(List<Results.DetailedScore> scores, int task, String split) {
    return scores.stream()
        .filter(score -> score.task() == task && score.split().equals(split))
        .findFirst()
        .orElseThrow()
        .exactMatch();
  }

  /** Everything but how long it took. */
  static String timeless(Results results) {
    return results.runs().toString().replaceAll("(seconds|tokensPerSecond)=[^,\\]]*", "$1");
  }

  private static List<String> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.map(file -> root.relativize(file).toString()).sorted().toList();
    }
  }
}
