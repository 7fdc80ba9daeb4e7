package palimpsest.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.base.StopRequest;
import palimpsest.ops.Device;
import palimpsest.ops.TestDevices;
import palimpsest.testing.OptionalTools;
import palimpsest.train.LogLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole experiment on the kernels, beside the whole experiment on the CPU. */
@Tag(TestDevices.SIMULATOR)
class SimulatedRunTest {
  /** Of a loss or a gradient's norm: what rounding in another order adds up to. */
  private static final double TOLERANCE = 2e-5;

  /** The smallest preset, cut short: the simulator is slow. */
  private static final List<String> SHORT =
      List.of(
          "methods=[seq,freeze:1,lora:2,adapter:4,prompt:2,'isolation:2:id=entropy']",
          "pretrain.steps=20",
          "task0.steps=10",
          "task1.max_steps=10",
          "task1.longest_ratio=1",
          "recovery.early_step=5",
          "recovery.steps=5",
          "recovery.points=[0,5]",
          "log_every=1");

  @TempDir(factory = MemoryFolder.class)
  Path place;

  @Test
  void theKernelsGiveTheLossesAndAnswersOfTheCpu() throws IOException {
    OptionalTools.simulator();
    List<LogLine> cpu = run("cpu");
    List<LogLine> sim = run("sim");
    assertEquals(cpu.size(), sim.size());
    assertTrue(cpu.size() > 50, "%d lines of log".formatted(cpu.size()));
    for (int i = 0; i < cpu.size(); i++) {
      String where = "%s, step %d".formatted(cpu.get(i).phase(), cpu.get(i).step());
      assertEquals(cpu.get(i).loss(), sim.get(i).loss(), TOLERANCE * cpu.get(i).loss(), where);
      double norm = cpu.get(i).gradientNorm();
      assertEquals(norm, sim.get(i).gradientNorm(), TOLERANCE * norm, where);
    }
    for (Path answers : answers()) {
      assertArrayEquals(
          predicted(place.resolve("cpu").resolve(answers)),
          predicted(place.resolve("sim").resolve(answers)),
          answers.toString());
    }
  }

  private List<LogLine> run(String kind) {
    List<ConfigOverride> overrides =
        new ArrayList<>(SHORT.stream().map(ConfigOverride::parse).toList());
    overrides.add(ConfigOverride.parse("device.kind=" + kind));
    Config config = ConfigFile.load("micro", overrides);
    List<LogLine> log = new ArrayList<>();
    try (Device device = Devices.open(DeviceChoice.of(config), _ -> {})) {
      new Experiment(
              config,
              new Experiment.Options(Optional.empty(), OptionalInt.empty(), NonFinite.STOP),
              RunFolder.create(place.resolve(kind), config),
              new DeviceApparatus(config, device),
              seed -> new BiographyTasks(config, seed),
              Progress.NONE,
              new StopRequest())
          .run(log::add);
    }
    return log;
  }

  private List<Path> answers() throws IOException {
    Path root = place.resolve("cpu");
    try (Stream<Path> files = Files.walk(root.resolve("predictions/seed-1"))) {
      return files.filter(Files::isRegularFile).map(root::relativize).sorted().toList();
    }
  }

  /** What was answered, without the losses. */
  private static String[] predicted(Path file) throws IOException {
    JsonMapper json = JsonMapper.shared();
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .map(json::readTree)
          .map(line -> field(line, "set") + field(line, "step") + field(line, "predicted"))
          .toArray(String[]::new);
    }
  }

  private static String field(JsonNode line, String name) {
    return " " + line.get(name);
  }
}
