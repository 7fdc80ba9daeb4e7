package palimpsest.ops.cpu;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import palimpsest.base.EnvironmentException;
import palimpsest.base.UserException;
import palimpsest.ops.AttentionMemory;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Segment;
import palimpsest.ops.SegmentTable;
import palimpsest.ops.Tensor;

/**
 * The processor. A lane is a thread that runs its share of the work end to end on single-threaded
 * BLAS; lane 0 is the caller's own thread.
 */
public final class CpuDevice implements Device {
  private static final long ALIGNMENT = 64;

  /** So many stay in the second-level cache, or near it. */
  private static final int PASS_POSITIONS = 1024;

  private final String libraries;
  private final int lanes;
  private final CpuOps ops;
  private final ExecutorService workers;

  /**
   * @param threads number of lanes; 0 for one a processor
   */
  public CpuDevice(int threads) {
    this(threads, BlasChoice.BEST, _ -> {});
  }

  /**
   * @param threads number of lanes; 0 for one a processor
   * @param notes is told in a line what is not as one might expect
   */
  public CpuDevice(int threads, BlasChoice choice, Consumer<String> notes) {
    if (threads < 0) {
      throw new UserException("device.threads: %d is negative; 0 takes all".formatted(threads));
    }
    OpenBlas small = choice.small();
    Blas large = choice.large(notes);
    ops = new CpuOps(large, small);
    libraries =
        large == small ? small.version() : "%s and %s".formatted(large.version(), small.version());
    lanes = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    workers =
        Executors.newFixedThreadPool(
            Math.max(1, lanes - 1), Thread.ofPlatform().daemon().name("lane-", 1).factory());
  }

  @Override
  public String kind() {
    return "cpu";
  }

  @Override
  public String name() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }

  @Override
  public String fingerprint() {
    return "%s, %d-bit vectors, %d threads, JDK %s"
        .formatted(libraries, Vectors.SPECIES.vectorBitSize(), lanes, Runtime.version().feature());
  }

  @Override
  public long availableBytes() {
    return AvailableMemory.bytes(Path.of("/proc/meminfo"));
  }

  @Override
  public long cacheBytes() {
    return LastCache.bytes(Path.of("/sys/devices/system/cpu/cpu0/cache"));
  }

  @Override
  public int lanes() {
    return lanes;
  }

  @Override
  public DType computeType() {
    return DType.FP32;
  }

  @Override
  public int paddedColumns(int columns) {
    return columns;
  }

  @Override
  public int passPositions() {
    return PASS_POSITIONS;
  }

  @Override
  public AttentionMemory attentionMemory(int positions, int time, int heads) {
    return Attention.memory(positions, time, heads);
  }

  @Override
  public SegmentTable segments(List<Segment> segments) {
    return new CpuSegments(List.copyOf(segments));
  }

  @Override
  public DeviceMemory allocate(long bytes, String what) {
    Arena arena = Arena.ofShared();
    try {
      return new HostMemory(arena, arena.allocate(Math.max(1, bytes), ALIGNMENT), bytes);
    } catch (OutOfMemoryError e) {
      arena.close();
      throw DeviceMemory.missing(what, bytes, availableBytes(), e);
    }
  }

  @Override
  public DeviceMemory allocateOverflow(long bytes, String what) {
    Arena arena = Arena.ofShared();
    try {
      return new HostMemory(arena, ScratchFile.map(bytes, arena), bytes);
    } catch (IOException e) {
      arena.close();
      throw new EnvironmentException(
          "no file for %s: %,d MiB could not be written to %s (%s)"
              .formatted(what, bytes >> 20, ScratchFile.folder(), e.getMessage()),
          e);
    }
  }

  @Override
  public void onEachLane(LaneTask task) {
    if (lanes == 1) {
      task.run(0, ops);
      return;
    }
    List<Future<?>> others = new ArrayList<>(lanes - 1);
    for (int lane = 1; lane < lanes; lane++) {
      int mine = lane;
      others.add(workers.submit(() -> task.run(mine, ops)));
    }
    RuntimeException failure = null;
    try {
      task.run(0, ops);
    } catch (RuntimeException e) {
      failure = e;
    }
    for (Future<?> other : others) {
      RuntimeException theirs = failureOf(other);
      failure = failure == null ? theirs : failure;
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Waits for the task, interrupted or not: its memory must not be closed under it. */
  private static RuntimeException failureOf(Future<?> task) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          task.get();
          return null;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          return e.getCause() instanceof RuntimeException cause
              ? cause
              : new IllegalStateException(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void write(Tensor tensor, int[] values, int offset, int count) {
    MemorySegment.copy(values, offset, tensor.memory(), ValueLayout.JAVA_INT, 0, count);
  }

  @Override
  public void write(Tensor tensor, float[] values) {
    MemorySegment.copy(values, 0, tensor.memory(), ValueLayout.JAVA_FLOAT, 0, values.length);
  }

  @Override
  public void read(Tensor tensor, float[] values, int count) {
    MemorySegment.copy(tensor.memory(), ValueLayout.JAVA_FLOAT, 0, values, 0, count);
  }

  @Override
  public void read(Tensor tensor, int[] values, int count) {
    MemorySegment.copy(tensor.memory(), ValueLayout.JAVA_INT, 0, values, 0, count);
  }

  @Override
  public void close() {
    workers.shutdown();
  }

  private record CpuSegments(List<Segment> segments) implements SegmentTable {
    @Override
    public void close() {}
  }

  private record HostMemory(Arena arena, MemorySegment segment, long bytes)
      implements DeviceMemory {
    @Override
    public Tensor tensor(long offset, DType dtype, int... shape) {
      return new Tensor(segment.asSlice(offset, Tensor.bytes(dtype, shape)), dtype, shape);
    }

    @Override
    public void close() {
      arena.close();
    }
  }
}
