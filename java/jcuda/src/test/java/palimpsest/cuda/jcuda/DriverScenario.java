package palimpsest.cuda.jcuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import palimpsest.cuda.CudaBlas;
import palimpsest.cuda.CudaBlasLt;
import palimpsest.cuda.CudaContext;
import palimpsest.cuda.CudaDriver;
import palimpsest.cuda.CudaDriverProvider;
import palimpsest.cuda.CudaDrivers;
import palimpsest.cuda.CudaException;
import palimpsest.cuda.CudaHandle.CUevent;
import palimpsest.cuda.CudaHandle.CUfunction;
import palimpsest.cuda.CudaHandle.CUgraph;
import palimpsest.cuda.CudaHandle.CUgraphExec;
import palimpsest.cuda.CudaHandle.CUmodule;
import palimpsest.cuda.CudaHandle.CUstream;
import palimpsest.cuda.CudaHandle.CublasHandle;
import palimpsest.cuda.CudaPlatform;
import palimpsest.cuda.LeakReport;

/**
 * Calls everything that a driver has, on the simulator, and prints what came of it: a program of
 * its own, for a process holds one driver. {@code DriverScenario ffm|jcuda calls|blas|plan|bytes}
 */
final class DriverScenario implements AutoCloseable {
  /** y += a · x: two pointers, a float and a long. */
  private static final String KERNEL = "ranges_axpy_fp32";

  private static final int COUNT = 1000;
  private static final long BYTES = 4L * COUNT;
  private static final int BLOCK = 256;
  private static final int GRID = (COUNT + BLOCK - 1) / BLOCK;

  private static final int ROUNDS = 20;
  private static final int ROUND = 1000;

  private final Arena arena = Arena.ofConfined();
  private final CudaDriverProvider provider;
  private final CudaDriver driver;
  private final CudaContext context;
  private final CUmodule module;
  private final CUfunction kernel;
  private final CUstream stream;
  private final long x;
  private final long y;

  private DriverScenario(String name) throws IOException {
    provider = CudaDrivers.provider(name);
    driver = CudaDrivers.open(provider, CudaPlatform.SIMULATOR);
    context = CudaContext.open(driver, 0);
    module = context.load(fatbin());
    kernel = driver.cuModuleGetFunction(module, KERNEL);
    stream = driver.cuStreamCreate(CudaDriver.CU_STREAM_NON_BLOCKING);
    x = driver.cuMemAlloc(BYTES);
    y = driver.cuMemAlloc(BYTES);
  }

  public static void main(String[] arguments) throws IOException {
    try (DriverScenario scenario = new DriverScenario(arguments[0])) {
      switch (arguments[1]) {
        case "calls" -> scenario.calls();
        case "blas" -> scenario.blas();
        case "plan" -> scenario.plan();
        case "bytes" -> scenario.bytesOfALaunch();
        default -> throw new IllegalArgumentException(arguments[1]);
      }
    }
  }

  @Override
  public void close() {
    driver.cuMemFree(x);
    driver.cuMemFree(y);
    driver.cuStreamDestroy(stream);
    driver.cuModuleUnload(module);
    context.close();
    arena.close();
  }

  private void calls() {
    device();
    memory();
    kernel();
    events();
    graph();
    errors();
    leaks();
  }

  private void device() {
    say("device", context.name());
    say("driver", CudaContext.versionText(driver.cuDriverGetVersion()));
    say("compute capability", context.computeCapability());
    say("threads", context.attribute(CudaDriver.CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK));
    say("current", driver.cuCtxGetCurrent().address() != 0);
    CudaDriver.MemoryInfo memory = driver.cuMemGetInfo();
    say("memory", memory.free() > 0 && memory.total() == context.totalBytes());
  }

  private void memory() {
    MemorySegment source = arena.allocate(JAVA_FLOAT, COUNT);
    for (int i = 0; i < COUNT; i++) {
      source.setAtIndex(JAVA_FLOAT, i, i);
    }
    MemorySegment pinned =
        driver.cuMemHostAlloc(BYTES, CudaDriver.CU_MEMHOSTALLOC_PORTABLE).fill((byte) -1);
    driver.cuMemcpyHtoD(x, source, BYTES);
    driver.cuMemcpyDtoD(y, x, BYTES);
    driver.cuMemcpyDtoHAsync(pinned, y, BYTES, stream);
    driver.cuStreamSynchronize(stream);
    say("copied back", source.mismatch(pinned) == -1);
    driver.cuMemcpyHtoDAsync(y, pinned.asSlice(4), BYTES - 4, stream);
    driver.cuMemcpyDtoDAsync(y + BYTES - 4, x, 4, stream);
    say("waited", poll(() -> driver.cuStreamQuery(stream)));
    say("shifted", sum(y) == sum(x));
    driver.cuMemsetD8(x, (byte) 0, BYTES);
    driver.cuMemsetD32(x, Float.floatToRawIntBits(2), COUNT / 2);
    driver.cuMemsetD8Async(y, (byte) 0, BYTES, stream);
    driver.cuMemsetD32Async(y + BYTES / 2, Float.floatToRawIntBits(3), COUNT / 2, stream);
    driver.cuStreamSynchronize(stream);
    say("sets", sum(x) + " " + sum(y));
    say("short", refusal(() -> driver.cuMemcpyDtoH(pinned, x, BYTES + 1)));
    driver.cuMemFreeHost(pinned);
  }

  private void kernel() {
    driver.cuFuncSetAttribute(
        kernel, CudaDriver.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 1024);
    say(
        "block",
        driver.cuFuncGetAttribute(CudaDriver.CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK, kernel)
            >= BLOCK);
    say("third parameter", answer(() -> driver.cuFuncGetParamInfo(kernel, 2)));
    say("fifth parameter", answer(() -> driver.cuFuncGetParamInfo(kernel, 4)));
    launch(arguments(10));
    driver.cuStreamSynchronize(stream);
    say("sum", sum(y));
  }

  private void events() {
    CUevent start = driver.cuEventCreate(CudaDriver.CU_EVENT_DEFAULT);
    CUevent end = driver.cuEventCreate(CudaDriver.CU_EVENT_BLOCKING_SYNC);
    driver.cuEventRecord(start, stream);
    launch(arguments(0));
    driver.cuEventRecord(end, stream);
    driver.cuStreamWaitEvent(CUstream.LEGACY_DEFAULT, end, 0);
    driver.cuEventSynchronize(end);
    say("event", poll(() -> driver.cuEventQuery(start)));
    float elapsed = driver.cuEventElapsedTime(start, end);
    say("elapsed", elapsed >= 0 && elapsed < 10_000);
    driver.cuEventDestroy(start);
    driver.cuEventDestroy(end);
  }

  private void graph() {
    driver.cuStreamBeginCapture(stream, CudaDriver.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
    say("capturing", driver.cuStreamIsCapturing(stream));
    launch(arguments(1));
    launch(arguments(2));
    CUgraph graph = driver.cuStreamEndCapture(stream);
    say("captured", driver.cuStreamIsCapturing(stream));
    say("nodes", driver.cuGraphGetNodes(graph));
    CUgraphExec executable = driver.cuGraphInstantiate(graph, 0);
    driver.cuGraphDestroy(graph);
    float before = sum(y);
    driver.cuGraphLaunch(executable, stream);
    driver.cuGraphLaunch(executable, stream);
    driver.cuStreamSynchronize(stream);
    say("replayed", sum(y) - before);
    driver.cuGraphExecDestroy(executable);
  }

  private void errors() {
    say("no kernel", refusal(() -> driver.cuModuleGetFunction(module, "no_such_kernel")));
    say("too much", refusal(() -> driver.cuMemAlloc(1L << 60)));
    say("too many threads", refusal(() -> launch(1 << 16, arguments(1))));
    say("freed twice", refusal(() -> driver.cuMemFree(12345)));
    say("name of a code", driver.cuGetErrorName(600) + ", " + driver.cuGetErrorString(600));
    say("name of no code", driver.cuGetErrorName(-5));
    driver.cuCtxSynchronize();
    say("still runs", sum(x));
  }

  private void leaks() {
    CUevent forgotten = driver.cuEventCreate(CudaDriver.CU_EVENT_DISABLE_TIMING);
    CUstream also = driver.cuStreamCreate(CudaDriver.CU_STREAM_DEFAULT);
    if (driver instanceof LeakReport report) {
      String left =
          report.report().lines().skip(report.report().lines().count() - 2).toList().toString();
      say("leaks", left.replaceAll("java:\\d+", "java"));
    }
    driver.cuEventDestroy(forgotten);
    driver.cuStreamDestroy(also);
  }

  /** C [2, 2] = A [2, 3] · B [3, 2], column-major, and the same twice in a batch. */
  private void blas() {
    CudaBlas blas = provider.blas(CudaPlatform.SIMULATOR, note -> say("note", note));
    CublasHandle handle = blas.cublasCreate();
    say("version", blas.cublasGetVersion(handle) > 100_000);
    long workspace = driver.cuMemAlloc(1 << 20);
    blas.cublasSetStream(handle, stream);
    blas.cublasSetWorkspace(handle, workspace, 1 << 20);
    blas.cublasSetMathMode(
        handle,
        CudaBlas.CUBLAS_DEFAULT_MATH | CudaBlas.CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION);
    driver.cuMemcpyHtoD(
        x, arena.allocateFrom(JAVA_FLOAT, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), 48);
    driver.cuMemsetD32(y, Float.floatToRawIntBits(1), 8);
    blas.cublasGemmEx(
        handle,
        CudaBlas.CUBLAS_OP_N,
        CudaBlas.CUBLAS_OP_T,
        2,
        2,
        3,
        1,
        x,
        CudaBlas.CUDA_R_32F,
        2,
        x,
        CudaBlas.CUDA_R_32F,
        2,
        0.5f,
        y,
        CudaBlas.CUDA_R_32F,
        2,
        CudaBlas.CUBLAS_COMPUTE_32F,
        CudaBlas.CUBLAS_GEMM_DEFAULT);
    driver.cuStreamSynchronize(stream);
    say("product", Arrays.toString(read(y, 4)));
    blas.cublasGemmStridedBatchedEx(
        handle,
        CudaBlas.CUBLAS_OP_T,
        CudaBlas.CUBLAS_OP_N,
        2,
        2,
        3,
        2,
        x,
        CudaBlas.CUDA_R_32F,
        3,
        6,
        x,
        CudaBlas.CUDA_R_32F,
        3,
        6,
        0,
        y,
        CudaBlas.CUDA_R_32F,
        2,
        4,
        2,
        CudaBlas.CUBLAS_COMPUTE_32F_PEDANTIC,
        CudaBlas.CUBLAS_GEMM_DEFAULT);
    driver.cuStreamSynchronize(stream);
    say("batch", Arrays.toString(read(y, 8)));
    say(
        "wrong",
        refusal(
            () ->
                blas.cublasGemmEx(
                    handle,
                    CudaBlas.CUBLAS_OP_N,
                    CudaBlas.CUBLAS_OP_N,
                    -1,
                    2,
                    3,
                    1,
                    x,
                    CudaBlas.CUDA_R_32F,
                    2,
                    x,
                    CudaBlas.CUDA_R_32F,
                    3,
                    0,
                    y,
                    CudaBlas.CUDA_R_32F,
                    2,
                    CudaBlas.CUBLAS_COMPUTE_32F,
                    CudaBlas.CUBLAS_GEMM_DEFAULT)));
    blas.cublasDestroy(handle);
    driver.cuMemFree(workspace);
  }

  /** D [2, 2] = A [2, 3] · B [3, 2] + D / 2 + bias, by a plan. */
  private void plan() {
    provider.blas(CudaPlatform.SIMULATOR, note -> say("note", note));
    Optional<CudaBlasLt> found = provider.blasLt(CudaPlatform.SIMULATOR, note -> say("note", note));
    if (found.isEmpty()) {
      return;
    }
    CudaBlasLt lt = found.get();
    say("version", lt.cublasLtGetVersion() > 100_000);
    long bias = y + 256;
    driver.cuMemcpyHtoD(
        x, arena.allocateFrom(JAVA_FLOAT, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), 48);
    driver.cuMemsetD32(y, Float.floatToRawIntBits(1), 8);
    driver.cuMemcpyHtoD(bias, arena.allocateFrom(JAVA_FLOAT, 100, 200), 8);
    try (SmallPlan plan = new SmallPlan(lt, driver, stream)) {
      plan.bias(bias);
      say("algorithm", plan.choose());
      plan.multiply(x, x, y);
      driver.cuStreamSynchronize(stream);
      say("product", Arrays.toString(read(y, 4)));
      say("elsewhere", refusal(() -> plan.multiply(x, x + 4, y)));
      say("no bias", refusal(() -> plan.bias(0)));
      say("then", refusal(() -> plan.multiply(x, x, y)));
      say("tf32", plan.choose(CudaBlas.CUBLAS_COMPUTE_32F_FAST_TF32));
    }
  }

  /** What a launch, a copy and a product leave on Java's heap once the program is warm. */
  private void bytesOfALaunch() {
    MemorySegment arguments = arguments(0);
    MemorySegment host = arena.allocate(BYTES);
    say("bytes a launch", allocated(() -> launch(arguments)));
    say("bytes a copy", allocated(() -> driver.cuMemcpyHtoDAsync(x, host, BYTES, stream)));
    say("bytes a set", allocated(() -> driver.cuMemsetD8Async(y, (byte) 0, BYTES, stream)));
    CUevent event = driver.cuEventCreate(CudaDriver.CU_EVENT_DISABLE_TIMING);
    say("bytes an event", allocated(() -> driver.cuEventRecord(event, stream)));
    driver.cuEventDestroy(event);
    CudaBlas blas = provider.blas(CudaPlatform.SIMULATOR, note -> say("note", note));
    CublasHandle handle = blas.cublasCreate();
    blas.cublasSetStream(handle, stream);
    say(
        "bytes a product",
        allocated(
            () ->
                blas.cublasGemmEx(
                    handle,
                    CudaBlas.CUBLAS_OP_N,
                    CudaBlas.CUBLAS_OP_N,
                    1,
                    1,
                    1,
                    0,
                    x,
                    CudaBlas.CUDA_R_32F,
                    1,
                    x,
                    CudaBlas.CUDA_R_32F,
                    1,
                    0,
                    y,
                    CudaBlas.CUDA_R_32F,
                    1,
                    CudaBlas.CUBLAS_COMPUTE_32F,
                    CudaBlas.CUBLAS_GEMM_DEFAULT)));
    driver.cuStreamSynchronize(stream);
    blas.cublasDestroy(handle);
    CudaBlasLt lt =
        provider.blasLt(CudaPlatform.SIMULATOR, note -> say("note", note)).orElseThrow();
    try (SmallPlan plan = new SmallPlan(lt, driver, stream)) {
      plan.bias(y + 256);
      plan.choose();
      say(
          "bytes a planned product",
          allocated(
              () -> {
                plan.bias(y + 256);
                plan.multiply(x, x, y);
              }));
    }
  }

  /** The least of several rounds: code that is still being compiled may allocate. */
  private static double allocated(Runnable work) {
    double least = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS && least > 0; round++) {
      least = Math.min(least, allocatedInARound(work));
    }
    return least;
  }

  private static double allocatedInARound(Runnable work) {
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = thread.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < ROUND; i++) {
      work.run();
    }
    return (double) (thread.getCurrentThreadAllocatedBytes() - before) / ROUND;
  }

  /** The array of pointers that a launch takes, and behind it what they point to. */
  private MemorySegment arguments(float a) {
    MemorySegment values = arena.allocate(4 * 8, 8);
    values.set(JAVA_LONG, 0, y);
    values.set(JAVA_LONG, 8, x);
    values.set(JAVA_FLOAT, 16, a);
    values.set(JAVA_LONG, 24, COUNT);
    MemorySegment pointers = arena.allocate(ADDRESS, 4);
    for (int i = 0; i < 4; i++) {
      pointers.setAtIndex(ADDRESS, i, values.asSlice(8L * i));
    }
    return pointers;
  }

  private void launch(MemorySegment arguments) {
    launch(BLOCK, arguments);
  }

  private void launch(int block, MemorySegment arguments) {
    driver.cuLaunchKernel(kernel, GRID, 1, 1, block, 1, 1, 0, stream, arguments);
  }

  private float sum(long pointer) {
    double sum = 0;
    for (float value : read(pointer, COUNT)) {
      sum += value;
    }
    return (float) sum;
  }

  private float[] read(long pointer, int count) {
    MemorySegment host = arena.allocate(JAVA_FLOAT, count);
    driver.cuMemcpyDtoH(host, pointer, 4L * count);
    return host.toArray(JAVA_FLOAT);
  }

  private static boolean poll(Supplier<Boolean> done) {
    while (!done.get()) {
      Thread.onSpinWait();
    }
    return true;
  }

  private static String refusal(Runnable call) {
    return answer(
        () -> {
          call.run();
          return "accepted";
        });
  }

  /** What is answered, or why nothing is. */
  private static String answer(Supplier<Object> call) {
    try {
      return call.get().toString();
    } catch (CudaException | IndexOutOfBoundsException e) {
      return e.getMessage();
    }
  }

  private static byte[] fatbin() throws IOException {
    try (InputStream fatbin =
        DriverScenario.class.getResourceAsStream("/palimpsest/cuda/kernels.fatbin")) {
      // The simulator has the kernels inside, and takes anything for a module.
      return fatbin == null ? new byte[64] : fatbin.readAllBytes();
    }
  }

  private static void say(String what, Object found) {
    System.out.println(what + ": " + found);
  }
}
