package palimpsest.cli.doctor;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import palimpsest.base.EnvironmentException;
import palimpsest.lab.DeviceChoice;
import palimpsest.lab.Devices;
import palimpsest.ops.Device;

/** The checks of the machine itself: system, JDK, memory, disk, GPU driver. */
final class Machine {
  /** A run of the largest CPU preset, its checkpoints included, stays below this. */
  private static final long ROOM_FOR_RUNS = 1L << 30;

  /** Of all processors; what a desktop does by itself is below. */
  private static final double LIGHT_LOAD = 0.6;

  private Machine() {}

  static Finding system() {
    String name =
        "%s %s, %s"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch"));
    boolean supported = name.startsWith("Linux") && name.endsWith("amd64");
    return supported
        ? Finding.ok("system", name)
        : Finding.missing(
            "system", name, "Linux on x86-64 is the one supported system: use one, or a container");
  }

  static Finding jdk() {
    String name =
        "%s (%s), %s"
            .formatted(
                Runtime.version(),
                System.getProperty("java.vendor"),
                System.getProperty("java.home"));
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return Finding.missing(
          "JDK", name, "the Vector API is not switched on: start Palimpsest by its launcher");
    }
    return Finding.ok("JDK", name);
  }

  /** A warning where other programs compute, and so slow down what is measured here. */
  static Optional<Finding> load() {
    OperatingSystemMXBean system = operatingSystem();
    double load = system.getSystemLoadAverage();
    int processors = system.getAvailableProcessors();
    return load < LIGHT_LOAD * processors
        ? Optional.empty()
        : Optional.of(
            Finding.note(
                "load",
                "%.1f on %d processors in the last minute".formatted(load, processors),
                "other programs compute here: runs are slower than they could be"));
  }

  static Finding memory() {
    OperatingSystemMXBean system = operatingSystem();
    return Finding.ok(
        "memory",
        "%s, of which %s are free; Java's heap may take %s"
            .formatted(
                gibibytes(system.getTotalMemorySize()),
                gibibytes(system.getFreeMemorySize()),
                gibibytes(Runtime.getRuntime().maxMemory())));
  }

  static Finding disk(Path folder) {
    Path place = folder.toAbsolutePath();
    try {
      FileStore store = Files.getFileStore(place);
      String found = "%s are free in %s".formatted(gibibytes(store.getUsableSpace()), place);
      if (!Files.isWritable(place)) {
        return Finding.note(
            "disk", "%s cannot be written".formatted(place), "name another folder: --out DIR");
      }
      return store.getUsableSpace() >= ROOM_FOR_RUNS
          ? Finding.ok("disk", found)
          : Finding.note("disk", found, "long runs need more: --out DIR on another disk");
    } catch (IOException e) {
      return Finding.note("disk", "unknown: " + e.getMessage(), "");
    }
  }

  /** OpenBLAS would obey this variable; Palimpsest removes it before it loads the library. */
  static Optional<Finding> forcedCore(Map<String, String> environment) {
    return Optional.ofNullable(environment.get("OPENBLAS_CORETYPE"))
        .map(
            core ->
                Finding.note(
                    "BLAS core",
                    "OPENBLAS_CORETYPE=%s is set in the environment, and ignored".formatted(core),
                    "a wrong core halves the speed and OpenBLAS finds the right one itself; to"
                        + " force one: palimpsest run --set blas.core="
                        + core));
  }

  /** The first GPU, with its kernels and NVIDIA's libraries loaded. */
  static Finding gpu() {
    List<String> notes = new ArrayList<>();
    try (Device gpu = Devices.open(DeviceChoice.parse("cuda", "ffm", "fp32", 0), notes::add)) {
      return notes.isEmpty()
          ? Finding.ok("GPU", "%s, %s".formatted(gpu.name(), gpu.fingerprint()))
          : Finding.note("GPU", gpu.name(), String.join("; ", notes));
    } catch (EnvironmentException e) {
      return Finding.note("GPU", "none to be had: the CPU computes", e.getMessage());
    }
  }

  static Finding cache(Path folder) {
    return Finding.ok(
        "cache", "%s holds phases of earlier runs (safe to delete)".formatted(folder));
  }

  private static OperatingSystemMXBean operatingSystem() {
    return (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  }

  private static String gibibytes(long bytes) {
    return "%.1f GiB".formatted(bytes / (double) (1L << 30));
  }
}
