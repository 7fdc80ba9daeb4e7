package palimpsest.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import palimpsest.report.Results;

/** References, methods that begin before task 1, and any number of tasks. */
class ExperimentCoursesTest extends FakeExperiment {
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
}
