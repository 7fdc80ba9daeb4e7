package palimpsest.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import palimpsest.base.RunException;
import palimpsest.report.Results;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an experiment measures of each method, and writes down. */
class ExperimentTest extends FakeExperiment {
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
}
