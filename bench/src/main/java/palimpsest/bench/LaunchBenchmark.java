package palimpsest.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import palimpsest.cuda.CudaContext;
import palimpsest.cuda.CudaDriver;
import palimpsest.cuda.CudaDrivers;
import palimpsest.cuda.CudaHandle.CUfunction;
import palimpsest.cuda.CudaHandle.CUmodule;
import palimpsest.cuda.CudaHandle.CUstream;
import palimpsest.cuda.CudaPlatform;

/**
 * A launch of the smallest kernel there is work for, one addition, through either driver, and from
 * a loop in C over the same driver: so many that a stream holds them, and one wait. On a GPU this
 * is what launches cost; on the simulator the kernel runs in it too. With {@code -prof gc} it shows
 * what a launch leaves on the heap.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {Lane.MODULES, Lane.NATIVE, Lane.COLLECTOR})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LaunchBenchmark {
  private static final int LAUNCHES = 256;
  private static final String C = "c";

  /** As {@code --driver}; {@code c} is a loop in C, begun through FFM. */
  @Param({"ffm", "jcuda", "c"})
  public String driver;

  /** {@code SIMULATOR} or {@code GPU}. */
  @Param("SIMULATOR")
  public CudaPlatform platform;

  private final Arena arena = Arena.ofConfined();
  private CudaDriver cuda;
  private CudaContext context;
  private CUmodule module;
  private CUfunction kernel;
  private CUstream stream;
  private long memory;
  private MemorySegment arguments;
  private MemorySegment launchKernel;

  @Setup(Level.Trial)
  public void setUp() throws IOException {
    String way = driver.equals(C) ? CudaDrivers.FFM : driver;
    cuda = CudaDrivers.open(CudaDrivers.provider(way), platform);
    context = CudaContext.open(cuda, 0);
    module = context.load(fatbin());
    // y [1] += a x [1]
    kernel = cuda.cuModuleGetFunction(module, "ranges_axpy_fp32");
    stream = cuda.cuStreamCreate(CudaDriver.CU_STREAM_NON_BLOCKING);
    memory = cuda.cuMemAlloc(2 * Float.BYTES);
    cuda.cuMemsetD8(memory, (byte) 0, 2 * Float.BYTES);
    arguments = arguments(memory, memory + Float.BYTES);
    launchKernel = driver.equals(C) ? LaunchLoop.driverFunction("cuLaunchKernel") : null;
  }

  private MemorySegment arguments(long y, long x) {
    MemorySegment values = arena.allocate(JAVA_LONG, 4);
    values.setAtIndex(JAVA_LONG, 0, y);
    values.setAtIndex(JAVA_LONG, 1, x);
    values.set(JAVA_FLOAT, 2 * JAVA_LONG.byteSize(), 1);
    values.setAtIndex(JAVA_LONG, 3, 1);
    MemorySegment pointers = arena.allocate(ADDRESS, 4);
    for (int i = 0; i < 4; i++) {
      pointers.setAtIndex(ADDRESS, i, values.asSlice(i * JAVA_LONG.byteSize()));
    }
    return pointers;
  }

  private byte[] fatbin() throws IOException {
    if (platform == CudaPlatform.SIMULATOR) {
      return new byte[1];
    }
    try (InputStream fatbin = getClass().getResourceAsStream("/palimpsest/cuda/kernels.fatbin")) {
      return fatbin.readAllBytes();
    }
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    cuda.cuMemFree(memory);
    cuda.cuStreamDestroy(stream);
    cuda.cuModuleUnload(module);
    context.close();
    arena.close();
  }

  @Benchmark
  @OperationsPerInvocation(LAUNCHES)
  public void launch() throws Throwable {
    if (driver.equals(C)) {
      loopInC();
    } else {
      for (int i = 0; i < LAUNCHES; i++) {
        cuda.cuLaunchKernel(kernel, 1, 1, 1, 32, 1, 1, 0, stream, arguments);
      }
    }
    cuda.cuStreamSynchronize(stream);
  }

  private void loopInC() throws Throwable {
    int code =
        (int)
            LaunchLoop.LOOP.invokeExact(
                launchKernel, kernel.pointer(), stream.pointer(), arguments, LAUNCHES);
    if (code != 0) {
      throw new IllegalStateException("cuLaunchKernel: " + code);
    }
  }
}

// To run it on the simulator: bench/run LaunchBenchmark
// On a GPU:                   bench/run LaunchBenchmark -p platform=GPU
// What is left on the heap:   bench/run LaunchBenchmark -prof gc
