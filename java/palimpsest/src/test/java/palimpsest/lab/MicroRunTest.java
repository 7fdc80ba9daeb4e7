package palimpsest.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.base.StopRequest;
import palimpsest.io.Safetensors;
import palimpsest.model.FreezePlan;
import palimpsest.model.ModelFolder;
import palimpsest.model.Parameter;
import palimpsest.ops.cpu.CpuDevice;
import palimpsest.report.ReportPage;
import palimpsest.report.Results;

/** The smallest preset with real weights, people and files. */
class MicroRunTest {
  @TempDir(factory = MemoryFolder.class)
  Path place;

  @Test
  void theSameCommandTwiceGivesTheSameBits() throws IOException {
    Config config = ConfigFile.load("micro", List.of());
    Results first = run("first", config);
    Results second = run("second", config);
    assertEquals(
        first.runs().getFirst().methods().get("seq").curve(),
        second.runs().getFirst().methods().get("seq").curve());
    List<Path> weights = weights(place.resolve("first"));
    // pretrain, task0, and for each of three methods the early and the last weights; on the way two
    // of pretraining, and of seq the four steps listed (the last that holds is one of them)
    assertEquals(8 + 2 + 4, weights.size());
    for (Path path : weights) {
      assertArrayEquals(
          Files.readAllBytes(place.resolve("first").resolve(path)),
          Files.readAllBytes(place.resolve("second").resolve(path)),
          path.toString());
    }
  }

  @Test
  void whatAMethodFreezesStaysAsTask0LeftIt() {
    run("run", ConfigFile.load("micro", List.of(ConfigOverride.parse("methods=[freeze:1]"))));
    Path seed = place.resolve("run/checkpoints/seed-1");
    try (var device = new CpuDevice(1);
        var before = ModelFolder.open(device, seed.resolve("task0/last"));
        var after = ModelFolder.open(device, seed.resolve("task1-freeze_1/last"))) {
      FreezePlan plan = FreezePlan.bottom(1);
      for (Parameter parameter : before.layout().parameters()) {
        int first = (int) parameter.offset();
        int end = first + (int) parameter.size();
        boolean same = Arrays.equals(before.copy(), first, end, after.copy(), first, end);
        assertEquals(plan.freezes(parameter), same, parameter.name());
      }
    }
  }

  /**
   * Substrings freeze layers 10 and 11 for layer 1: seen in what was written down and in the bits.
   */
  @Test
  void asReleasedFreezesOtherLayersInADeepModel() {
    Results results =
        run(
            "deep",
            ConfigFile.load(
                "micro",
                List.of(
                    ConfigOverride.parse("model.layers=12"),
                    ConfigOverride.parse("pretrain.steps=4"),
                    ConfigOverride.parse("task0.steps=2"),
                    ConfigOverride.parse("task1.max_steps=3"),
                    ConfigOverride.parse("recovery.early_step=2"),
                    ConfigOverride.parse("recovery.points=[1]"),
                    ConfigOverride.parse("methods=[freeze:2,freeze:2:as-released,seq:as-released]"),
                    ConfigOverride.parse("checkpoints.methods=[]"))));
    Map<String, Results.Method> methods = results.runs().getFirst().methods();
    List<String> intended = methods.get("freeze:2").cost().frozen();
    List<String> released = methods.get("freeze:2:as-released").cost().frozen();
    assertEquals(FreezePlan.bottom(2).components(), intended);
    assertEquals(
        FreezePlan.parse(List.of("embed", "layers.0-1", "layers.10-11"), 12, false).components(),
        released);
    assertEquals(
        FreezePlan.parse(List.of("layers.1", "layers.10-11"), 12, false),
        new FreezePlan(Set.copyOf(methods.get("seq:as-released").cost().frozen())));
    assertTrue(
        methods.get("freeze:2").cost().trainableParameters()
            > methods.get("freeze:2:as-released").cost().trainableParameters());
    assertEquals(Set.copyOf(released), unchanged("deep", "task1-freeze_2_as-released", released));
    assertEquals(Set.copyOf(intended), unchanged("deep", "task1-freeze_2", released));
  }

  /** Which of some components are, bit for bit, as task 0 left them. */
  private Set<String> unchanged(String run, String phase, List<String> components) {
    Path seed = place.resolve(run).resolve("checkpoints/seed-1");
    try (var device = new CpuDevice(1);
        var before = ModelFolder.open(device, seed.resolve("task0/last"));
        var after = ModelFolder.open(device, seed.resolve(phase).resolve("last"))) {
      Set<String> unchanged = new TreeSet<>(components);
      for (Parameter parameter : before.layout().parameters()) {
        int first = (int) parameter.offset();
        int end = first + (int) parameter.size();
        if (!Arrays.equals(before.copy(), first, end, after.copy(), first, end)) {
          unchanged.remove(parameter.component());
        }
      }
      return unchanged;
    }
  }

  @Test
  void referencesAndFirstTasksOfTheirOwn() {
    Config config =
        ConfigFile.load(
            "micro",
            List.of(
                ConfigOverride.parse(
                    "methods=[seq,joint,joint+bio,single,freeze:1:from-first,freeze:0:from-first,"
                        + "bio:share=0.2]")));
    Results results = run("references", config);
    Map<String, Results.Method> methods = results.runs().getFirst().methods();
    List<Results.CurvePoint> seq = methods.get("seq").curve();
    assertEquals(seq, methods.get("freeze:0:from-first").curve().subList(0, seq.size()));
    assertEquals(
        methods.get("seq").recovery().early(),
        methods.get("freeze:0:from-first").recovery().early());
    assertEquals(results, Results.read(place.resolve("references/results.json")));
    Path seed = place.resolve("references/checkpoints/seed-1");
    try (var device = new CpuDevice(1);
        var before = ModelFolder.open(device, seed.resolve("pretrain/last"));
        var after = ModelFolder.open(device, seed.resolve("task1-freeze_1_from-first/last"))) {
      for (Parameter parameter : before.layout().parameters()) {
        int first = (int) parameter.offset();
        int end = first + (int) parameter.size();
        boolean same = Arrays.equals(before.copy(), first, end, after.copy(), first, end);
        assertEquals(FreezePlan.bottom(1).freezes(parameter), same, parameter.name());
      }
    }
    ReportPage.write(place.resolve("references"));
  }

  /** All the way back is where the task began; not back at all is where its curve ended. */
  @Test
  void aTaskVectorTellsWhatOtherSharesWouldHaveGiven() {
    Results results =
        run(
            "run",
            ConfigFile.load("micro", List.of(ConfigOverride.parse("methods=[task-vector]"))));
    Results.Method method = results.runs().getFirst().methods().get("task-vector");
    List<Results.TradeOff> tradeOff = method.tradeOff();
    int end = method.cost().steps();
    assertEquals(end, tradeOff.getLast().step());
    assertEquals(1, tradeOff.getLast().alpha());
    double before = method.curve().getFirst().scores().getFirst().loss();
    assertEquals(before, tradeOff.getLast().scores().getFirst().loss(), 1e-4);
    Results.TradeOff whole =
        tradeOff.stream()
            .filter(point -> point.step() == end && point.alpha() == 0)
            .findFirst()
            .orElseThrow();
    assertEquals(method.curve().getLast().scores().getFirst(), whole.scores().getFirst());
  }

  @Test
  void momentsGoOnFromPhaseToPhase() {
    Config fresh = ConfigFile.load("micro", List.of(ConfigOverride.parse("methods=[seq]")));
    Config carried =
        ConfigFile.load(
            "micro",
            List.of(
                ConfigOverride.parse("methods=[seq]"),
                ConfigOverride.parse("optimizer.carry_moments=true")));
    Results one = run("fresh", fresh);
    Results other = run("carried", carried);
    assertEquals(
        one.runs().getFirst().pretrain().loss(), other.runs().getFirst().pretrain().loss());
    assertTrue(
        Files.exists(place.resolve("carried/checkpoints/seed-1/task0/last/optimizer.safetensors")));
    assertTrue(
        !one.runs()
            .getFirst()
            .methods()
            .get("seq")
            .before()
            .equals(other.runs().getFirst().methods().get("seq").before()));
    int task0 = carried.pretrain().steps() + carried.task0().steps();
    assertEquals(task0, updates("carried/checkpoints/seed-1/task0/last"));
    assertEquals(
        task0 + other.runs().getFirst().methods().get("seq").cost().steps(),
        updates("carried/checkpoints/seed-1/task1-seq/last"));
  }

  /** Behind the moments that a phase saved. */
  private int updates(String phase) {
    try (var moments = Safetensors.open(place.resolve(phase).resolve("optimizer.safetensors"))) {
      return Integer.parseInt(moments.metadata().get("steps"));
    }
  }

  private Results run(String name, Config config) {
    try (var device = new CpuDevice(2)) {
      return new Experiment(
              config,
              new Experiment.Options(Optional.empty(), OptionalInt.empty(), NonFinite.STOP),
              RunFolder.create(place.resolve(name), config),
              new DeviceApparatus(config, device),
              seed -> new BiographyTasks(config, seed),
              Progress.NONE,
              new StopRequest())
          .run(_ -> {});
    }
  }

  private static List<Path> weights(Path run) throws IOException {
    try (Stream<Path> files = Files.walk(run)) {
      return files
          .filter(file -> file.endsWith("model.safetensors"))
          .map(run::relativize)
          .sorted()
          .toList();
    }
  }
}
