package palimpsest.ops.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import palimpsest.cuda.CudaContext;
import palimpsest.cuda.CudaDriver;
import palimpsest.cuda.CudaDrivers;
import palimpsest.cuda.CudaHandle.CUstream;
import palimpsest.cuda.CudaLibraries;
import palimpsest.cuda.CudaPlatform;
import palimpsest.ops.AttentionMemory;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Ops;
import palimpsest.ops.Segment;
import palimpsest.ops.SegmentTable;
import palimpsest.ops.StepRecorder;
import palimpsest.ops.Stopwatch;
import palimpsest.ops.Tensor;

/**
 * A GPU, or the simulator in its place: one lane, one stream. Work is begun and not waited for,
 * except where something is read.
 */
public final class CudaDevice implements Device {
  /** Positions a pass takes at most: 128 sequences of 512. */
  private static final int PASS_POSITIONS = 1 << 16;

  private static final int CACHE_LINE = 128; // bytes

  /**
   * What NVIDIA recommends for Hopper and newer. It is one for cuBLAS and cublasLt, which take
   * turns on the stream; an explicit one keeps products reproducible.
   */
  private static final long BLAS_WORKSPACE_BYTES = 32L << 20;

  private static final long SIMULATED_WORKSPACE_BYTES = 1L << 16;

  private final CudaPlatform platform;
  private final CudaContext context;
  private final CudaDriver driver;
  private final DType computeType;
  private final CUstream stream;
  private final KernelModule module;
  private final Workspace workspace;
  private final Staging staging;
  private final CudaMemory blasWorkspace;
  private final Gemm gemm;

  /** Null where there is no cublasLt, or the plain kernels are wanted. */
  private final MatmulPlans plans;

  private final CudaOps ops;

  private final GraphRecorder recorder;

  /** Null until somebody asks for them. */
  private CudaOps plainOps;

  private CudaDevice(
      CudaPlatform platform,
      CudaContext context,
      CudaLibraries libraries,
      DType computeType,
      KernelChoice choice,
      boolean graphs) {
    this.platform = platform;
    this.context = context;
    this.computeType = computeType;
    driver = context.driver();
    stream = driver.cuStreamCreate(CudaDriver.CU_STREAM_NON_BLOCKING);
    module = KernelModule.load(context, platform, stream);
    workspace = new Workspace(driver, stream);
    staging = new Staging(driver, stream);
    blasWorkspace =
        CudaMemory.of(driver, blasWorkspaceBytes(platform), "the workspace of products");
    gemm = new Gemm(libraries.blas(), stream, blasWorkspace);
    plans =
        libraries
            .blasLt()
            .filter(_ -> choice == KernelChoice.FAST)
            .map(lt -> new MatmulPlans(lt, stream, blasWorkspace))
            .orElse(null);
    ops = ops(choice);
    recorder = new GraphRecorder(context, stream, ops, workspace, graphs);
  }

  private static long blasWorkspaceBytes(CudaPlatform platform) {
    return switch (platform) {
      case GPU -> BLAS_WORKSPACE_BYTES;
      case SIMULATOR -> SIMULATED_WORKSPACE_BYTES;
    };
  }

  private CudaOps ops(KernelChoice choice) {
    Residual residual = new Residual(module, workspace, choice);
    MatmulPlans fast = choice == KernelChoice.FAST ? plans : null;
    CudaMemory scale = CudaMemory.of(driver, Float.BYTES, "scalars");
    CudaMemory scalars = CudaMemory.of(driver, AdamW.MEMORY_BYTES, "scalars");
    CudaMemory sum = CudaMemory.of(driver, Double.BYTES, "scalars");
    return new CudaOps(
        new Matmul(gemm, fast, residual),
        residual,
        module,
        workspace,
        new CrossEntropy(module, scale, choice),
        new AdamW(module, scalars, staging, choice),
        new Ranges(module, sum, workspace, staging, choice),
        choice);
  }

  /** The same operations by the plain kernels, to compare with. */
  public Ops plainOps() {
    if (plainOps == null) {
      plainOps = ops(KernelChoice.PLAIN);
    }
    return plainOps;
  }

  /**
   * Loads the libraries and opens a device.
   *
   * @param driverName a way to call the driver: {@link CudaDrivers#FFM} or {@link
   *     CudaDrivers#JCUDA}
   * @param ordinal 0 for the first
   * @param computeType {@link DType#FP32} or {@link DType#BF16}
   * @param notes is told in a line what is not as asked for, though it will do
   * @throws palimpsest.base.EnvironmentException if something it takes is not here
   */
  public static CudaDevice open(
      CudaPlatform platform,
      String driverName,
      int ordinal,
      DType computeType,
      Consumer<String> notes) {
    return open(platform, driverName, ordinal, computeType, true, notes);
  }

  /**
   * {@link #open(CudaPlatform, String, int, DType, Consumer)} that says about graphs.
   *
   * @param graphs whether whole steps are recorded as CUDA graphs
   */
  public static CudaDevice open(
      CudaPlatform platform,
      String driverName,
      int ordinal,
      DType computeType,
      boolean graphs,
      Consumer<String> notes) {
    CudaLibraries libraries = CudaLibraries.open(driverName, platform, notes);
    return open(platform, libraries, ordinal, computeType, KernelChoice.ofProperty(), graphs);
  }

  /**
   * Opens a device of a driver that is bound already.
   *
   * @throws palimpsest.base.EnvironmentException if something it takes is not here
   */
  public static CudaDevice open(
      CudaPlatform platform, CudaLibraries libraries, int ordinal, DType computeType) {
    return open(platform, libraries, ordinal, computeType, KernelChoice.ofProperty(), true);
  }

  /**
   * Opens a device of a driver that is bound already.
   *
   * @param graphs whether whole steps are recorded as CUDA graphs
   * @throws palimpsest.base.EnvironmentException if something it takes is not here
   */
  public static CudaDevice open(
      CudaPlatform platform,
      CudaLibraries libraries,
      int ordinal,
      DType computeType,
      KernelChoice choice,
      boolean graphs) {
    CudaContext context = CudaContext.open(libraries.driver(), ordinal);
    try {
      return new CudaDevice(platform, context, libraries, computeType, choice, graphs);
    } catch (RuntimeException e) {
      release(context, e);
      throw e;
    }
  }

  /** With the context goes all that was made in it. */
  private static void release(CudaContext context, RuntimeException because) {
    try {
      context.close();
    } catch (RuntimeException e) {
      because.addSuppressed(e);
    }
  }

  @Override
  public String kind() {
    return switch (platform) {
      case GPU -> "cuda";
      case SIMULATOR -> "sim";
    };
  }

  @Override
  public String name() {
    return context.name();
  }

  @Override
  public String fingerprint() {
    return "%s, sm_%d, %d multiprocessors, %s, kernels %s, %s"
        .formatted(
            name(),
            context.computeCapability(),
            context.attribute(CudaDriver.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
            productLibrary(),
            digest(KernelModule.image(platform)),
            computeType.name().toLowerCase(Locale.ROOT));
  }

  /** Which library computes the products of linear layers, with its version. */
  private String productLibrary() {
    return plans == null ? "cuBLAS " + gemm.version() : "cublasLt " + plans.version();
  }

  private static String digest(byte[] image) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(image);
      return HexFormat.of().formatHex(hash, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public DType computeType() {
    return computeType;
  }

  /** Whole lines of the cache: rows can be taken by 16 bytes, and no two share a line. */
  @Override
  public int paddedColumns(int columns) {
    return Kernel.roundUp(columns, CACHE_LINE / computeType().bytes());
  }

  @Override
  public int passPositions() {
    return PASS_POSITIONS;
  }

  @Override
  public AttentionMemory attentionMemory(int positions, int time, int heads) {
    return Attention.memory(positions, heads);
  }

  @Override
  public Stopwatch stopwatch(int marks) {
    context.makeCurrent();
    return new StreamStopwatch(driver, stream, marks);
  }

  @Override
  public long availableBytes() {
    context.makeCurrent();
    return driver.cuMemGetInfo().free();
  }

  @Override
  public long cacheBytes() {
    return platform == CudaPlatform.SIMULATOR
        ? 0
        : context.attribute(CudaDriver.CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE);
  }

  /** What the driver speaks: 1000 · major + 10 · minor. */
  public int driverVersion() {
    return driver.cuDriverGetVersion();
  }

  /** Where the card is plugged in, as {@code 00000000:65:00.0}; NVML knows it by that. */
  public String pciBusId() {
    return "%08x:%02x:%02x.0"
        .formatted(
            context.attribute(CudaDriver.CU_DEVICE_ATTRIBUTE_PCI_DOMAIN_ID),
            context.attribute(CudaDriver.CU_DEVICE_ATTRIBUTE_PCI_BUS_ID),
            context.attribute(CudaDriver.CU_DEVICE_ATTRIBUTE_PCI_DEVICE_ID));
  }

  /** The kernels, for those that no operation launches yet. */
  public KernelModule kernels() {
    return module;
  }

  @Override
  public SegmentTable segments(List<Segment> segments) {
    context.makeCurrent();
    List<Segment> all = List.copyOf(segments);
    int[] rows = CudaSegments.rows(all);
    int trained = rows.length / CudaSegments.ROW;
    CudaMemory memory =
        CudaMemory.of(driver, (long) rows.length * Integer.BYTES, "a table of segments");
    Tensor table = memory.tensor(0, DType.INT32, trained, CudaSegments.ROW);
    write(table, rows, 0, rows.length);
    return new CudaSegments(all, memory, table, trained, CudaSegments.blocks(all));
  }

  @Override
  public Optional<StepRecorder> recorder() {
    return Optional.of(recorder);
  }

  @Override
  public DeviceMemory allocate(long bytes, String what) {
    context.makeCurrent();
    return CudaMemory.zeroed(driver, stream, bytes, what);
  }

  @Override
  public DeviceMemory allocateOverflow(long bytes, String what) {
    context.makeCurrent();
    return PinnedMemory.of(driver, bytes, what);
  }

  @Override
  public long freeMemory() {
    return driver.cuMemGetInfo().free();
  }

  @Override
  public void onEachLane(LaneTask task) {
    context.makeCurrent();
    task.run(0, ops);
  }

  @Override
  public void write(Tensor tensor, int[] values, int offset, int count) {
    long skip = (long) offset * Integer.BYTES;
    long bytes = (long) count * Integer.BYTES;
    MemorySegment array = MemorySegment.ofArray(values).asSlice(skip, bytes);
    write(tensor, DType.INT32, count, Staging.from(array));
  }

  @Override
  public void write(Tensor tensor, float[] values) {
    write(tensor, DType.FP32, values.length, Staging.from(MemorySegment.ofArray(values)));
  }

  private void write(Tensor tensor, DType dtype, int count, Staging.Part fill) {
    check(tensor, dtype, count);
    context.makeCurrent();
    staging.write(tensor.address(), (long) count * dtype.bytes(), fill);
  }

  @Override
  public void read(Tensor tensor, float[] values, int count) {
    if (tensor.stride() != tensor.columns()) {
      readRows(tensor, values, count);
    } else if (tensor.dtype() == DType.BF16) {
      read(tensor, DType.BF16, count, (slot, offset, bytes) -> widen(slot, values, offset, bytes));
    } else {
      read(tensor, DType.FP32, count, Staging.to(MemorySegment.ofArray(values)));
    }
  }

  /** Rows that are padded, with the padding and then without. */
  private void readRows(Tensor tensor, float[] values, int count) {
    check(tensor, tensor.dtype(), count);
    int columns = tensor.columns();
    int rows = Kernel.blocks(count, columns);
    float[] padded = new float[Math.multiplyExact(rows, tensor.stride())];
    read(
        Tensor.at(tensor.rowsAddress(), tensor.dtype(), rows, tensor.stride()),
        padded,
        padded.length);
    for (int row = 0; row < rows; row++) {
      int first = row * columns;
      int some = Math.min(columns, count - first);
      System.arraycopy(padded, row * tensor.stride(), values, first, some);
    }
  }

  private static void widen(MemorySegment slot, float[] values, long offset, int bytes) {
    int first = Math.toIntExact(offset / Short.BYTES);
    for (int i = 0; i < bytes / Short.BYTES; i++) {
      int upper = slot.getAtIndex(ValueLayout.JAVA_SHORT, i) << Short.SIZE;
      values[first + i] = Float.intBitsToFloat(upper);
    }
  }

  @Override
  public void read(Tensor tensor, int[] values, int count) {
    read(tensor, DType.INT32, count, Staging.to(MemorySegment.ofArray(values)));
  }

  private void read(Tensor tensor, DType dtype, int count, Staging.Part take) {
    check(tensor, dtype, count);
    context.makeCurrent();
    staging.read(tensor.address(), (long) count * dtype.bytes(), take);
  }

  private static void check(Tensor tensor, DType dtype, int count) {
    if (tensor.dtype() != dtype || count > tensor.size()) {
      throw new IllegalArgumentException("%d of %s in %s".formatted(count, dtype, tensor));
    }
  }

  @Override
  public void close() {
    context.makeCurrent();
    driver.cuStreamSynchronize(stream);
    recorder.close();
    ops.close();
    if (plainOps != null) {
      plainOps.close();
    }
    if (plans != null) {
      plans.close();
    }
    gemm.close();
    blasWorkspace.close();
    staging.close();
    workspace.close();
    module.close();
    driver.cuStreamDestroy(stream);
    context.close();
  }
}
