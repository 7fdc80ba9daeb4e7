package palimpsest.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import palimpsest.base.RandomStream;
import palimpsest.base.StopRequest;
import palimpsest.io.Disk;
import palimpsest.io.Sha256;
import palimpsest.report.Results;

/** Runs real models, killed again and again or not at all, and compares what they leave. */
public final class ExactResume {
  private final Path place;
  private final Config config;

  /**
   * @param config of all runs
   */
  ExactResume(Path place, Config config) {
    this.place = place;
    this.config = config;
  }

  /** Runs until the disk makes an end of it. */
  Results run(String name, Disk disk) {
    return ScopedValue.where(Disk.CURRENT, disk)
        .call(
            () -> {
              Path root = place.resolve(name);
              boolean begun = Files.exists(root.resolve("config.yaml"));
              RunFolder folder = begun ? RunFolder.resume(root) : RunFolder.create(root, config);
              try (var device = Devices.open(DeviceChoice.of(config), _ -> {})) {
                return new Experiment(
                        config,
                        new Experiment.Options(
                            Optional.empty(),
                            OptionalInt.empty(),
                            NonFinite.STOP,
                            new Cadence(3, Duration.ZERO),
                            true),
                        folder,
                        new DeviceApparatus(config, device),
                        seed -> new BiographyTasks(config, seed),
                        Progress.NONE,
                        new StopRequest())
                    .run(_ -> {});
              }
            });
  }

  /** How often it was killed, at random changes of the disk, before it came to its end. */
  int runWithKills(String name, long seed, int changes) {
    RandomGenerator random = RandomStream.of(seed, "kills");
    for (int kills = 0; ; kills++) {
      try {
        run(name, FaultyDisk.at(FaultyDisk.Fault.KILLED, random.nextInt(changes / 4, changes)));
        return kills;
      } catch (FaultyDisk.Killed _) {
        // it goes on
      }
    }
  }

  /** Whether weights, optimiser's memory, methods' states, answers and results are the same. */
  public static void assertSame(Path whole, Path resumed) throws IOException {
    Map<String, String> expected = contents(whole);
    Map<String, String> actual = contents(resumed);
    assertTrue(expected.keySet().stream().anyMatch(file -> file.endsWith("model.safetensors")));
    List<String> different = new ArrayList<>();
    var all = new TreeMap<>(expected);
    all.putAll(actual);
    for (String file : all.keySet()) {
      if (!expected.getOrDefault(file, "missing").equals(actual.get(file))) {
        different.add(file);
      }
    }
    assertEquals(List.of(), different);
  }

  /** By file of a run's folder, all that does not tell the time. */
  private static Map<String, String> contents(Path run) throws IOException {
    Map<String, String> contents = new HashMap<>();
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = run.relativize(file).toString();
        if (name.endsWith(".safetensors") || name.endsWith("predictions.jsonl")) {
          contents.put(name, Sha256.of(file));
        } else if (name.endsWith("outcome.json") || name.equals("results.json")) {
          contents.put(name, timeless(Files.readString(file)));
        } else if (name.startsWith("checkpoints") && !name.endsWith("phase.json")) {
          contents.put(name, timeless(Files.readString(file)));
        }
      }
    }
    return contents;
  }

  private static String timeless(String json) {
    return json.replaceAll("\"(seconds|tokens_per_second)\" ?: ?[^,}\\n]*", "\"$1\"")
        .replaceAll("(?s)\"summary\" : .*", "");
  }
}
