package palimpsest.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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

  /** Runs until everything is loaded and compiled. */
  private static final int WARM_UP = 12;

  /** Of the memory after the warm-up, what garbage not yet collected may add. */
  private static final double GROWTH = 1.1;

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
    assertTrue(heap.size() > 2 * WARM_UP, heap.size() + " runs");
    assertTrue(largest(heap, heap.size()) < GROWTH * largest(heap, WARM_UP), heap.toString());
    assertTrue(
        largest(resident, resident.size()) < GROWTH * largest(resident, WARM_UP),
        resident.toString());
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

  /** After the warm-up, of the runs up to one. */
  private static long largest(List<Long> bytes, int end) {
    int first = end > WARM_UP ? WARM_UP : WARM_UP / 2;
    return bytes.subList(first, end).stream().mapToLong(Long::longValue).max().orElseThrow();
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
