package palimpsest.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import palimpsest.base.EnvironmentException;
import palimpsest.continual.Course;
import palimpsest.continual.Method;
import palimpsest.model.ActivationPlan;
import palimpsest.model.Insert;
import palimpsest.model.MemoryUse;
import palimpsest.model.ModelConfig;
import palimpsest.model.ParameterLayout;
import palimpsest.ops.Device;

/**
 * What a run will take, as far as its configuration says before the first step; what single methods
 * keep beside the model comes on top.
 *
 * @param disk bytes of the weights it keeps and of the checkpoints of one phase
 * @param device bytes on the device: weights, both moments, each lane's gradients and activations,
 *     and what may be kept of the outputs of frozen layers
 * @param heap bytes of Java's own memory: what a checkpoint is written from
 * @param overflow bytes that outputs of frozen layers may take of a temporary file, or of pinned
 *     memory: less where there is less
 */
record Needs(long disk, long device, long heap, long overflow) {
  /** Answers, logs, results and the report, however small the model is. */
  private static final long OTHER_FILES = 16L << 20;

  /** Two checkpoints stay while a third is written. */
  private static final int CHECKPOINTS = 3;

  static Needs of(Config config, TaskStream stream, Device device, OptionalInt keep) {
    ModelConfig shape = config.model().shape(stream.tokenizer().vocabulary());
    long weights = Float.BYTES * new ParameterLayout(shape).length();
    long model = config.optimizer().carryMoments() ? 3 * weights : weights;
    long kept = (long) config.seeds().size() * models(config);
    if (keep.isPresent()) {
      kept = Math.min(kept, models(config) + (long) keep.getAsInt() * 2); // dropped after a seed
    }
    long checkpoints = CHECKPOINTS * 3L * weights;
    int longest = config.pretrain().length();
    int positions =
        Math.max(longest, Math.min(device.passPositions(), config.pretrain().batch() * longest));
    MemoryUse memory = config.device().memory();
    long activations =
        new ActivationPlan(device, shape, Insert.none(), positions, longest, 0, memory.recompute())
            .bytes();
    return new Needs(
        kept * model + checkpoints + OTHER_FILES,
        (3L + device.lanes()) * weights + device.lanes() * activations + memory.prefixes().memory(),
        4 * weights,
        memory.prefixes().isOpen() ? memory.prefixes().overflow() : 0);
  }

  /** Models that one seed's phases keep. */
  private static long models(Config config) {
    long models = 2L + Pretraining.kept(config).size();
    for (Method method : Experiment.methods(config)) {
      var label = new Phase.Label(0, "task1", method.name(), null, 0);
      long onTheWay =
          Trail.kept(config, label, method).isEmpty()
              ? 0
              : config.checkpoints().task1Steps().size() + 1;
      models += config.repeats() * 2L + onTheWay;
      models += method.course() == Course.ALL_TASKS ? 1 : 0;
    }
    return models;
  }

  /** What there is. */
  record Supply(long disk, long device, long heap) {
    /**
     * On this machine, for a run that computes in its memory.
     *
     * @param folder of the run, which need not be there
     */
    static Supply here(Path folder) {
      Path there = folder.toAbsolutePath();
      while (!Files.exists(there)) {
        there = there.getParent();
      }
      try {
        FileStore store = Files.getFileStore(there);
        boolean known = store.getTotalSpace() > 0; // not of /proc: writing there tells
        return new Supply(
            known ? store.getUsableSpace() : Long.MAX_VALUE,
            availableMemory(),
            Runtime.getRuntime().maxMemory());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** What programs can have, caches that would be given up included; without limit if unknown. */
    private static long availableMemory() {
      try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
        return lines
            .filter(line -> line.startsWith("MemAvailable:"))
            .findFirst()
            .map(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
            .orElse(Long.MAX_VALUE);
      } catch (IOException _) {
        return Long.MAX_VALUE;
      }
    }
  }

  /**
   * Refuses what there is not enough of.
   *
   * @param there bytes that lie in the run's folder already
   */
  void check(Path folder, long there, Supply supply) {
    long more = Math.max(OTHER_FILES, disk - there);
    if (more > supply.disk()) {
      throw new EnvironmentException(
          "%s: the run will write %s there, and %s are free; free some, name another disk with"
                  .formatted(folder, bytes(more), bytes(supply.disk()))
              + " --out, or keep fewer weights with --keep 0");
    }
    if (device > supply.device()) {
      throw new EnvironmentException(
          "the run needs %s of memory for weights, optimiser and activations, and %s are free; a"
                  .formatted(bytes(device), bytes(supply.device()))
              + " smaller model, batch or --threads needs less");
    }
    if (heap > supply.heap()) {
      throw new EnvironmentException(
          "checkpoints need %s of Java's heap, which may take %s; give it more:"
                  .formatted(bytes(heap), bytes(supply.heap()))
              + " PALIMPSEST_JAVA_OPTIONS=-Xmx"
              + ((heap >> 29) + 2)
              + "g");
    }
  }

  /** In a line, for whoever starts it. */
  String text() {
    String beside =
        overflow == 0 ? "" : ", %s for outputs of frozen layers".formatted(bytes(overflow));
    return "needs %s of disk and %s of memory at most%s, and what its methods keep"
        .formatted(bytes(disk), bytes(device + heap), beside);
  }

  /** {@code 12 MiB}, {@code 3.4 GiB}. */
  static String bytes(long count) {
    return count < 1 << 30
        ? "%d MiB".formatted((count + (1 << 20) - 1) >> 20)
        : "%.1f GiB".formatted(count / (double) (1 << 30));
  }

  /** Bytes of all files below a folder, which need not be there. */
  static long sizeOf(Path folder) {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      List<Path> files = paths.filter(Files::isRegularFile).toList();
      long sum = 0;
      for (Path file : files) {
        sum += Files.size(file);
      }
      return sum;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
