package palimpsest.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.base.StopRequest;
import palimpsest.io.AtomicFiles;
import palimpsest.ops.Device;

/** The same small run again and again in one JVM, on the CPU and the simulator: nothing grows. */
class SoakTest {
  private static final int MINUTES = Integer.getInteger("palimpsest.soak.minutes", 0);

  /**
   * By how much the last third of the runs may be above the second, for garbage not yet collected.
   * In the first, classes are loaded, code is compiled and the allocator finds its size: of 448
   * runs in half an hour the first sixty took from 290 to 580 MB.
   */
  private static final double GROWTH = 1.05;

  private static final int FEWEST_RUNS = 30;

  @TempDir(factory = MemoryFolder.class)
  Path place;

  @Test
  void memoryStaysFlat() throws IOException {
    assumeTrue(MINUTES > 0, "-Pchaos, or -Dpalimpsest.soak.minutes=30");
    long end = System.nanoTime() + Duration.ofMinutes(MINUTES).toNanos();
    List<Long> heap = new ArrayList<>();
    List<Long> resident = new ArrayList<>();
    Set<Long> free = new HashSet<>();
    for (int run = 0; System.nanoTime() < end; run++) {
      once(run % 4 == 3 ? "sim" : "cpu", free);
      System.gc();
      heap.add(Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
      resident.add(resident());
    }
    assertTrue(heap.size() >= FEWEST_RUNS, heap.size() + " runs");
    assertFlat("heap", heap);
    assertFlat("resident", resident);
    assertEquals(1, free.size(), "device memory, before each run: " + free);
  }

  private void once(String kind, Set<Long> free) {
    List<ConfigOverride> overrides =
        Stream.of(
                "methods=[seq,ewc:100,lora:2]",
                "pretrain.steps=10",
                "task0.steps=5",
                "task1.max_steps=5",
                "recovery.early_step=2",
                "recovery.steps=3",
                "recovery.points=[0,3]",
                "device.kind=" + kind)
            .map(ConfigOverride::parse)
            .toList();
    Config config = ConfigFile.load("micro", overrides);
    Path root = place.resolve("run");
    try (Device device = Devices.open(DeviceChoice.of(config), _ -> {})) {
      if (kind.equals("sim")) {
        free.add(device.freeMemory());
      }
      new Experiment(
              config,
              new Experiment.Options(Optional.empty(), OptionalInt.empty(), NonFinite.STOP),
              RunFolder.create(root, config),
              new DeviceApparatus(config, device),
              seed -> new BiographyTasks(config, seed),
              Progress.NONE,
              new StopRequest())
          .run(_ -> {});
    }
    AtomicFiles.deleteTree(root);
  }

  private static void assertFlat(String what, List<Long> bytes) {
    int third = bytes.size() / 3;
    long before = Collections.max(bytes.subList(third, 2 * third));
    long after = Collections.max(bytes.subList(2 * third, bytes.size()));
    assertTrue(after < GROWTH * before, what + ": " + bytes);
  }

  /** Bytes of the process in memory, off the heap included. */
  private static long resident() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElseThrow();
    }
  }
}
