package palimpsest.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to hand over a kernel's arguments, beside the call itself: to a C function that
 * takes what {@code cuLaunchKernel} takes and does nothing. Layer norm's nine arguments: six
 * addresses, two sizes and an epsilon.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {Lane.MODULES, Lane.NATIVE, Lane.COLLECTOR})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MarshallingBenchmark {
  private static final int ADDRESSES = 6;
  private static final int PARAMETERS = ADDRESSES + 3;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment cells = arena.allocate(JAVA_LONG, PARAMETERS);
  private final MemorySegment pointers = pointers(arena, cells);
  private long address = 1 << 20;

  @TearDown(Level.Trial)
  public void tearDown() {
    arena.close();
  }

  private static MemorySegment pointers(Arena arena, MemorySegment cells) {
    MemorySegment pointers = arena.allocate(ADDRESS, PARAMETERS);
    for (int i = 0; i < PARAMETERS; i++) {
      pointers.setAtIndex(ADDRESS, i, cells.asSlice(i * JAVA_LONG.byteSize()));
    }
    return pointers;
  }

  private void put(MemorySegment into) {
    for (int i = 0; i < ADDRESSES; i++) {
      into.setAtIndex(JAVA_LONG, i, address + i);
    }
    into.setAtIndex(JAVA_LONG, ADDRESSES, 49_152);
    into.set(JAVA_INT, (ADDRESSES + 1) * JAVA_LONG.byteSize(), 768);
    into.set(JAVA_FLOAT, (ADDRESSES + 2) * JAVA_LONG.byteSize(), 1e-5f);
    address++;
  }

  /** The call alone, with arguments that lie there. */
  @Benchmark
  public int call() throws Throwable {
    return launch(pointers);
  }

  /** As {@code ops.cuda.Kernel} does it: the cells are made once and written anew. */
  @Benchmark
  public int cellsWrittenAnew() throws Throwable {
    put(cells);
    return launch(pointers);
  }

  /** As one would do it at first: an arena for each launch. */
  @Benchmark
  public int freshArena() throws Throwable {
    try (Arena fresh = Arena.ofConfined()) {
      MemorySegment values = fresh.allocate(JAVA_LONG, PARAMETERS);
      put(values);
      return launch(pointers(fresh, values));
    }
  }

  private static int launch(MemorySegment pointers) throws Throwable {
    return (int)
        LaunchLoop.NOTHING.invokeExact(
            MemorySegment.NULL,
            6144,
            1,
            1,
            256,
            1,
            1,
            0,
            MemorySegment.NULL,
            pointers,
            MemorySegment.NULL);
  }
}

// To run it: bench/run Marshalling
// Without what a launch leaves on the heap it says little: bench/run Marshalling -prof gc
