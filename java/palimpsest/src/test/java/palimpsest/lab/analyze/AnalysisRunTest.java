package palimpsest.lab.analyze;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.analysis.Findings;
import palimpsest.analysis.Window;
import palimpsest.analysis.angles.AngleFindings;
import palimpsest.analysis.angles.PrincipalAngles;
import palimpsest.analysis.angles.UpdatePair;
import palimpsest.analysis.angles.WeightUpdate;
import palimpsest.analysis.features.FeatureFindings;
import palimpsest.analysis.inference.InferenceFindings;
import palimpsest.analysis.landscape.Grid;
import palimpsest.analysis.landscape.Landscape;
import palimpsest.analysis.performance.Performance;
import palimpsest.analysis.probing.ProbingFindings;
import palimpsest.analysis.theory.TheoryFindings;
import palimpsest.analysis.weights.WeightMatrix;
import palimpsest.base.Matrix;
import palimpsest.base.StopRequest;
import palimpsest.base.StoppedException;
import palimpsest.base.UserException;
import palimpsest.io.AtomicFiles;
import palimpsest.lab.Checkpoint;
import palimpsest.lab.Checkpoints;
import palimpsest.lab.ConfigFile;
import palimpsest.lab.ConfigOverride;
import palimpsest.lab.Experiment;
import palimpsest.lab.ExperimentRun;
import palimpsest.lab.MemoryFolder;
import palimpsest.lab.NonFinite;
import palimpsest.lab.Progress;
import palimpsest.lab.RunFolder;
import palimpsest.lab.Task;
import palimpsest.model.ModelFolder;
import palimpsest.ops.cpu.CpuDevice;
import palimpsest.report.AnalysisFile;
import palimpsest.report.Results;

/** Analyses of a run of the smallest preset. */
class AnalysisRunTest {
  private static final Grid COARSE = new Grid(-1, 2, -1, 2, 1);

  @TempDir(factory = MemoryFolder.class)
  static Path place;

  private static Path run;

  @BeforeAll
  static void aRun() {
    run = run("run", "methods=[seq,freeze:1]", "seeds=[1,2]");
  }

  private static Path run(String name, String... settings) {
    List<ConfigOverride> overrides = new ArrayList<>();
    for (String setting : List.of("device.kind=cpu", "device.threads=2", "task0.steps=5")) {
      overrides.add(ConfigOverride.parse(setting));
    }
    for (String setting : settings) {
      overrides.add(ConfigOverride.parse(setting));
    }
    Path folder = place.resolve(name);
    ExperimentRun.begin(ConfigFile.load("micro", overrides), folder)
        .run(
            new Experiment.Options(Optional.empty(), OptionalInt.empty(), NonFinite.STOP),
            Progress.NONE,
            new StopRequest());
    return folder;
  }

  @Test
  void performanceRetrainsFromEveryCheckpointAsTheRunDid() {
    Performance found = performance(run);
    Results.Method seq = results().runs().getFirst().methods().get("seq");
    assertEquals(
        seq.curve().stream().map(Results.CurvePoint::step).toList(),
        found.curve().stream().map(Performance.CurvePoint::step).toList());
    List<Integer> from = new ArrayList<>(List.of(0, 5, 10, 15, 20, 30, 40));
    from.add(null);
    assertEquals(from, found.recoveries().stream().map(Performance.Recovery::fromStep).toList());
    assertEquals(
        seq.recovery().early().curve().getLast().exactMatch(),
        recovery(found.recoveries(), 20).last().exactMatch());
    assertEquals(
        List.of(10, 10, 10, 100, 100, 100),
        found.budgets().stream().map(Performance.Recovery::questions).toList());
  }

  /** With the measured curves taken away, retraining comes to the very same ones. */
  @Test
  void retrainingGivesTheCurvesThatTheRunMeasured() throws IOException {
    Path copy = place.resolve("unmeasured");
    copy(run, copy);
    Path results = copy.resolve(Results.FILE);
    String json = Files.readString(results);
    Results.Run first = results().runs().getFirst();
    Files.writeString(results, json.replaceAll("\"from_step\" : \\d+", "\"from_step\" : 99999"));
    Performance found = performance(copy);
    Results.Recovery measured = first.methods().get("seq").recovery();
    assertEquals(points(measured.early().curve()), recovery(found.recoveries(), 20).points());
    assertEquals(points(measured.last().curve()), recovery(found.recoveries(), 40).points());
  }

  @Test
  void theLandscapeIsExactAtTheThreeCheckpoints() {
    Landscape found = landscape(run, AnalysisRun.Choice.DEFAULT);
    int origin = COARSE.xs().indexOf(0.0);
    int one = COARSE.xs().indexOf(1.0);
    assertEquals(found.at(found.a()).model().task0(), found.task0().get(origin).get(origin));
    assertEquals(found.at(20).model().task0(), found.task0().get(origin).get(one));
    assertEquals(found.at(40).model().task1(), found.task1().get(one).get(one));
    assertNotEquals(found.at(40).model().task1(), found.task1().get(origin).get(one));
    for (int step : List.of(found.a(), found.b(), found.end())) {
      assertEquals(found.at(step).model(), found.at(step).plane());
    }
    assertNotEquals(found.at(30).model(), found.at(30).plane());
    assertTrue(found.at(30).outside() > 0 && found.at(30).outside() < 1);
    assertEquals(
        List.of(0, 5, 10, 15, 20, 30, 40),
        found.trajectory().stream().map(Landscape.Place::step).toList());
    Results.DetailedScore measured =
        results().runs().getFirst().methods().get("seq").finalScores().getFirst();
    assertEquals(measured.loss(), found.at(40).modelOnAll().task0(), 1e-6);
  }

  @Test
  void theSameAgainAndForAnotherSeedAnother() {
    Landscape once = landscape(run, AnalysisRun.Choice.DEFAULT);
    assertEquals(once, landscape(run, AnalysisRun.Choice.DEFAULT));
    var second = new AnalysisRun.Choice(2L, null, null, null);
    assertNotEquals(once, landscape(run, second));
  }

  /**
   * The weights are those of the stages: q of task 0 ↔ first steps, from the folders themselves.
   */
  @Test
  void anglesAreOfTheWeightsThatTheRunKept() {
    AngleFindings found = angles(AnalysisRun.Choice.DEFAULT);
    int step = window().a();
    String a = step == 0 ? "task0/last" : "task1-seq/step-" + step;
    PrincipalAngles expected =
        PrincipalAngles.between(
            update("pretrain/last", "task0/last"), update(a, "task1-seq/early"));
    AngleFindings.MatrixAngle query =
        found.pair(UpdatePair.TASK0_FIRST_STEPS).matrices().stream()
            .filter(angle -> angle.matrix().equals("layers.0.attention.query"))
            .findFirst()
            .orElseThrow();
    assertEquals(expected.mean(), query.mean(), 1e-9);
    assertEquals(expected.formerRank(), query.formerRank());
    found.matrices().forEach(matrix -> assertTrue(matrix.fisher() > 0, matrix.matrix()));
    assertEquals(found, angles(AnalysisRun.Choice.DEFAULT));
    assertNotEquals(found, angles(new AnalysisRun.Choice(2L, null, null, null)));
  }

  private static Window window() {
    try (var device = device();
        var context =
            AnalysisRun.of(run, List.of(), AnalysisRun.Choice.DEFAULT)
                .open(device, AnalysisProgress.NONE, new StopRequest())) {
      return context.window();
    }
  }

  private static WeightUpdate update(String from, String to) {
    return WeightUpdate.between(query(from), query(to));
  }

  private static Matrix query(String folder) {
    try (var device = device();
        var model = ModelFolder.open(device, run.resolve("checkpoints/seed-1/" + folder))) {
      return WeightMatrix.of(model.layout()).stream()
          .filter(matrix -> matrix.name().equals("layers.0.attention.query"))
          .findFirst()
          .orElseThrow()
          .of(model.copy());
    }
  }

  /** All prompts end in one token: its embedding moves for all alike. */
  @Test
  void featuresAreOfTheLastPromptToken() {
    FeatureFindings found = features();
    for (FeatureFindings.Pair pair : found.pairs()) {
      assertEquals(1, pair.depths().getFirst().shift().oneDirection(), 1e-6, pair.pair());
      assertTrue(pair.depths().getLast().shift().oneDirection() < 0.999, pair.pair());
      assertEquals(10 * 6, pair.depths().getLast().points().size());
    }
    assertEquals(found, features());
  }

  /** Models of two halves are the checkpoints at either end, and the run's own test tells so. */
  @Test
  void theoryPutsTheRunsOwnModelsTogether() {
    TheoryFindings found = theory(run);
    Results.Method seq = results().runs().getFirst().methods().get("seq");
    TheoryFindings.Update whole = new TheoryFindings.Update(0, 40);
    int layers = found.layers();
    for (boolean kept : new boolean[] {true, false}) {
      Results.DetailedScore before = tested(seq.before());
      Results.DetailedScore after = tested(seq.finalScores());
      assertScore(kept ? after : before, swap(found, whole, kept, 0));
      assertScore(kept ? before : after, swap(found, whole, kept, layers + 2));
    }
    assertEquals(0, swap(found, whole, true, layers + 2).shift());
    assertTrue(swap(found, whole, true, 0).shift() > 0);
    assertEquals(2 * 2 * (layers + 3), found.swaps().size());
    assertEquals(
        found.growth().getFirst().shift().relative().getLast(),
        swap(found, found.growth().getFirst().update(), true, 0).shift());
    assertEquals(found, theory(run));
  }

  /** Of task 0, as reported. */
  private static Results.DetailedScore tested(List<Results.DetailedScore> scores) {
    return scores.stream()
        .filter(score -> score.task() == 0 && score.split().equals(Task.TEST))
        .findFirst()
        .orElseThrow();
  }

  private static TheoryFindings.Swap swap(
      TheoryFindings found, TheoryFindings.Update update, boolean kept, int cut) {
    return found.swaps().stream()
        .filter(swap -> swap.update().equals(update) && swap.kept() == kept && swap.cut() == cut)
        .findFirst()
        .orElseThrow();
  }

  private static void assertScore(Results.DetailedScore expected, TheoryFindings.Swap swap) {
    assertEquals(expected.exactMatch(), swap.task0().exactMatch(), 1e-9);
    assertEquals(expected.loss(), swap.task0().loss(), 1e-5);
  }

  @Test
  void probesAreHeldAgainstWhatTheRunItselfAnswered() {
    ProbingFindings found = probing(run);
    List<ProbingFindings.Phase> phases = found.settings().getFirst().phases();
    assertEquals(
        List.of("random weights", "pretrained", "after task 0"),
        phases.subList(0, 3).stream().map(ProbingFindings.Phase::phase).toList());
    Results.Method seq = results().runs().getFirst().methods().get("seq");
    assertEquals(tested(seq.before()).firstToken(), phases.get(2).observed(), 1e-9);
    assertEquals(tested(seq.finalScores()).firstToken(), phases.getLast().observed(), 1e-9);
    assertEquals(3, found.settings().size());
    assertEquals(found, probing(run));
  }

  /** Random weights know nobody, and nor does anybody else know strangers. */
  @Test
  void inferenceFindsNobodyInRandomWeights() {
    InferenceFindings found = inference(run);
    assertEquals(60, found.people());
    assertTrue(found.phases().getFirst().outcome().p() > 0.01);
    assertEquals(0.1, found.phases().getFirst().nothing().rejected(), 0.1);
    assertTrue(found.control().outcome().p() > 0.01);
    assertEquals(found, inference(run));
    Path few = run("few", "methods=[seq]", "data.people=18");
    refused(() -> inference(few), "inference needs 20 pretrained people", "here are 18 people");
  }

  @Test
  void ofThreeTasksTheSecondIsLookedAt() {
    Path three = run("three", "methods=[seq]", "data.tasks=3", "task1.max_steps=35");
    assertEquals(
        List.of(0, 5, 10, 15, 20, 30, 35),
        landscape(three, AnalysisRun.Choice.DEFAULT).trajectory().stream()
            .map(Landscape.Place::step)
            .toList());
    Performance found = performance(three);
    assertEquals(35, found.curve().getLast().step());
    assertEquals(2, found.floors().size());
    assertEquals(new TheoryFindings.Update(0, 35), theory(three).swaps().getLast().update());
    assertEquals(35, probing(three).settings().getFirst().phases().getLast().step());
  }

  @Test
  void writesJsonAndCsvAndASectionOfTheReport() throws IOException {
    AnalysisRun analyses = AnalysisRun.of(run, List.of("performance"), AnalysisRun.Choice.DEFAULT);
    List<Double> shares = new ArrayList<>();
    var progress =
        new AnalysisProgress() {
          @Override
          public void advanced(double share) {
            shares.add(share);
          }
        };
    try (var device = device()) {
      AnalysisFile made = analyses.run(device, progress, new StopRequest()).getFirst();
      assertEquals("performance", made.analysis());
      assertEquals(new Window(made.about().window().a(), 20), made.about().window());
    }
    assertEquals(1.0, shares.getLast(), 1e-9);
    Path folder = run.resolve("analysis");
    assertTrue(Files.exists(folder.resolve("performance.json")));
    List<String> csv = Files.readAllLines(folder.resolve("performance-recovery.csv"));
    assertEquals("from_step,questions,step,exact_match,first_token", csv.getFirst());
    assertEquals(1 + 8 * 4, csv.size());
    String report = Files.readString(run.resolve("report.html"));
    assertTrue(report.contains("id=\"analysis-performance\""));
  }

  @Test
  void whatIsMissingIsNamedWithTheOptionThatKeepsIt() throws IOException {
    refused(
        () -> landscape(run, new AnalysisRun.Choice(null, null, 3, 7)),
        "landscape needs weights of seq that the run did not keep",
        "(step 3 of task 1, step 7 of task 1)",
        "task 1 took 40 steps, of which there are [0, 5, 10, 15, 20, 30, 40]",
        "--resume " + run + " --set checkpoints.task1_steps=3,5,7,10,15,30 keeps more");
    refused(
        () -> landscape(run, new AnalysisRun.Choice(null, "freeze:1", 5, 20)),
        "of freeze:1 that the run did not keep (step 5 of task 1)",
        "--set checkpoints.methods=freeze:1,seq keeps more");
    var pretraining = List.of(new Checkpoint.Pretraining(6), new Checkpoint.Pretraining(30));
    Checkpoints kept =
        new Checkpoints(
            new RunFolder(run),
            ConfigFile.load(run.resolve("config.yaml").toString(), List.of()),
            1,
            "seq",
            40);
    refused(
        () -> kept.require("angles", pretraining),
        "(step 30 of pretraining)",
        "--set checkpoints.pretrain_shares=0.1,0.5,0.9 keeps more");
    Path bare = place.resolve("bare");
    copy(run, bare);
    AtomicFiles.deleteTree(bare.resolve("checkpoints/seed-1/task1-seq"));
    refused(
        () -> landscape(bare, AnalysisRun.Choice.DEFAULT),
        "step 20 of task 1, step 40 of task 1",
        "a run without --keep N");
  }

  @Test
  void mistakesTakeOneLine() {
    refused(
        () -> AnalysisRun.of(run, List.of("landscap"), AnalysisRun.Choice.DEFAULT),
        "did you mean 'landscape'?");
    refused(() -> AnalysisRun.of(place, List.of(), AnalysisRun.Choice.DEFAULT), "not the folder");
    refused(
        () -> AnalysisRun.of(run, List.of(), new AnalysisRun.Choice(7L, null, null, null)),
        "--seed 7: the run has the seeds [1, 2]");
    refused(
        () -> AnalysisRun.of(run, List.of(), new AnalysisRun.Choice(null, "ewc", null, null)),
        "the run has the methods seq, freeze:1");
    refused(
        () -> AnalysisRun.of(run, List.of(), new AnalysisRun.Choice(null, null, 20, 20)),
        "below b");
    refused(
        () -> AnalysisRun.of(run, List.of(), new AnalysisRun.Choice(null, null, null, 500)),
        "task 1 took 40 steps");
  }

  @Test
  void itStopsWhenAsked() {
    var stop = new StopRequest();
    stop.request();
    AnalysisRun analyses = AnalysisRun.of(run, List.of("landscape"), AnalysisRun.Choice.DEFAULT);
    try (var device = device()) {
      assertThrows(StoppedException.class, () -> analyses.run(device, AnalysisProgress.NONE, stop));
    }
    assertFalse(Files.exists(run.resolve("analysis/landscape.json")));
  }

  private static <F extends Findings> F analyze(
      Path root, Analysis analysis, Class<F> type, AnalysisRun.Choice choice) {
    try (var device = device();
        var context =
            AnalysisRun.of(root, List.of(), choice)
                .open(device, AnalysisProgress.NONE, new StopRequest())) {
      AnalysisRun.check(analysis, context);
      return type.cast(analysis.run(context));
    }
  }

  private static Performance performance(Path root) {
    return analyze(root, new PerformanceAnalysis(), Performance.class, AnalysisRun.Choice.DEFAULT);
  }

  private static Landscape landscape(Path root, AnalysisRun.Choice choice) {
    return analyze(root, new LandscapeAnalysis(COARSE), Landscape.class, choice);
  }

  private static AngleFindings angles(AnalysisRun.Choice choice) {
    return analyze(run, new AnglesAnalysis(), AngleFindings.class, choice);
  }

  private static FeatureFindings features() {
    return analyze(run, new FeaturesAnalysis(), FeatureFindings.class, AnalysisRun.Choice.DEFAULT);
  }

  private static TheoryFindings theory(Path root) {
    return analyze(root, new TheoryAnalysis(), TheoryFindings.class, AnalysisRun.Choice.DEFAULT);
  }

  private static ProbingFindings probing(Path root) {
    return analyze(root, new ProbingAnalysis(), ProbingFindings.class, AnalysisRun.Choice.DEFAULT);
  }

  private static InferenceFindings inference(Path root) {
    return analyze(
        root, new InferenceAnalysis(), InferenceFindings.class, AnalysisRun.Choice.DEFAULT);
  }

  private static CpuDevice device() {
    return new CpuDevice(2);
  }

  private static Results results() {
    return Results.ofRun(run);
  }

  private static void refused(Executable doing, String... expected) {
    String message = assertThrows(UserException.class, doing).getMessage();
    for (String part : expected) {
      assertTrue(message.contains(part), message);
    }
    assertEquals(1, message.lines().count(), message);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  private static List<Performance.RecoveryPoint> points(List<Results.RecoveryPoint> measured) {
    return measured.stream()
        .map(
            point ->
                new Performance.RecoveryPoint(point.step(), point.exactMatch(), point.firstToken()))
        .toList();
  }

  private static Performance.Recovery recovery(List<Performance.Recovery> all, int step) {
    return all.stream()
        .filter(recovery -> recovery.fromStep() != null && recovery.fromStep() == step)
        .findFirst()
        .orElseThrow();
  }
}
