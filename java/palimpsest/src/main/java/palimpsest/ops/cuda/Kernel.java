package palimpsest.ops.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import palimpsest.base.EnvironmentException;
import palimpsest.cuda.CudaDriver;
import palimpsest.cuda.CudaException;
import palimpsest.cuda.CudaHandle.CUfunction;
import palimpsest.cuda.CudaHandle.CUstream;
import palimpsest.ops.Tensor;

/**
 * One kernel: the arguments of a launch are put one after the other, in the order of the kernel's
 * parameters, then it is launched. The cells they lie in are made once, so that a launch allocates
 * nothing; one thread at a time may use them. How threads are shared out stands in the kernel's
 * file, and the shapes that many kernels have in common are methods here.
 */
public final class Kernel implements AutoCloseable {
  /** Threads of a block, unless the kernel's file says otherwise. */
  static final int BLOCK = 256;

  static final int WARP = 32;

  /** Rows that the first step of a sum down the columns adds up: {@code ROWS_A_PART}. */
  static final int ROWS_A_PART = 256;

  private static final int MOST_PARAMETERS = 16;
  private static final int MOST_ROW_BLOCKS = 65535;

  /** What every kernel may have without asking. */
  private static final int SHARED_UNASKED = 48 << 10;

  private final CudaDriver driver;
  private final CUfunction function;
  private final CUstream stream;
  private final int sharedLimit;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment cells = arena.allocate(JAVA_LONG, MOST_PARAMETERS);
  private final MemorySegment pointers = arena.allocate(ADDRESS, MOST_PARAMETERS);

  /** Bytes of each parameter; null where the driver cannot say. */
  private final long[] sizes;

  private int sharedAllowed = SHARED_UNASKED;
  private int arguments;

  Kernel(CudaDriver driver, CUfunction function, CUstream stream, int sharedLimit) {
    this.driver = driver;
    this.function = function;
    this.stream = stream;
    this.sharedLimit = sharedLimit;
    for (int i = 0; i < MOST_PARAMETERS; i++) {
      pointers.setAtIndex(ADDRESS, i, cells.asSlice(i * JAVA_LONG.byteSize()));
    }
    sizes = sizes(driver, function);
  }

  private static long[] sizes(CudaDriver driver, CUfunction function) {
    long[] sizes = new long[MOST_PARAMETERS];
    for (int i = 0; i < MOST_PARAMETERS; i++) {
      try {
        sizes[i] = driver.cuFuncGetParamInfo(function, i).size();
      } catch (CudaException e) {
        return switch (e.errorName()) {
          case "CUDA_ERROR_INVALID_VALUE" -> Arrays.copyOf(sizes, i);
          case "CUDA_ERROR_NOT_SUPPORTED" -> null;
          default -> throw e;
        };
      }
    }
    return sizes;
  }

  /** What it is called in {@code cuda-kernels/}. */
  public String name() {
    return function.name();
  }

  /** Puts a tensor's address; 0 for null. */
  public Kernel put(Tensor tensor) {
    return put(tensor == null ? 0 : tensor.address());
  }

  /** Puts the address of rows that may be padded; their {@link Tensor#stride} goes beside it. */
  public Kernel putRows(Tensor tensor) {
    return put(tensor.rowsAddress());
  }

  /** Puts an address or an {@code int64_t}. */
  public Kernel put(long value) {
    cells.setAtIndex(JAVA_LONG, next(Long.BYTES), value);
    return this;
  }

  public Kernel put(int value) {
    cells.set(JAVA_INT, next(Integer.BYTES) * JAVA_LONG.byteSize(), value);
    return this;
  }

  public Kernel put(float value) {
    cells.set(JAVA_FLOAT, next(Float.BYTES) * JAVA_LONG.byteSize(), value);
    return this;
  }

  /** The cell of the next argument, which has this many bytes. */
  private int next(int bytes) {
    if (sizes != null && (arguments >= sizes.length || sizes[arguments] != bytes)) {
      throw new IllegalStateException(
          "argument %d of %s has %d bytes; its parameters have %s"
              .formatted(arguments, name(), bytes, Arrays.toString(sizes)));
    }
    return arguments++;
  }

  /** Launches it with the arguments that were put; not at all if the grid is empty. */
  public void launch(int gridX, int gridY, int gridZ, int blockX, int blockY, int sharedBytes) {
    if (sizes != null && arguments != sizes.length) {
      throw new IllegalStateException(
          "%s takes %d arguments, not %d".formatted(name(), sizes.length, arguments));
    }
    arguments = 0;
    if (gridX == 0 || gridY == 0 || gridZ == 0) {
      return;
    }
    if (sharedBytes > sharedAllowed) {
      allow(sharedBytes);
    }
    driver.cuLaunchKernel(
        function, gridX, gridY, gridZ, blockX, blockY, 1, sharedBytes, stream, pointers);
  }

  private void allow(int sharedBytes) {
    if (sharedBytes > sharedLimit) {
      throw new EnvironmentException(
          "%s needs %,d bytes of shared memory a block, the device has %,d"
              .formatted(name(), sharedBytes, sharedLimit));
    }
    driver.cuFuncSetAttribute(
        function, CudaDriver.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, sharedBytes);
    sharedAllowed = sharedBytes;
  }

  /** One thread. */
  void launchOne() {
    launch(1, 1, 1, 1, 1, 0);
  }

  /** A thread an element. */
  void launchElements(long elements) {
    launch(blocks(elements, BLOCK), 1, 1, BLOCK, 1, 0);
  }

  /** A warp a row. */
  void launchWarps(long rows) {
    launch(blocks(rows, BLOCK / WARP), 1, 1, BLOCK, 1, 0);
  }

  /** A thread a column, as many rows at once as fill a block; far rows come round again. */
  void launchRows(long rows, int width) {
    int x = Math.min(BLOCK, roundUp(width, WARP));
    int y = BLOCK / x;
    int gridY = Math.min(blocks(rows, y), MOST_ROW_BLOCKS);
    launch(blocks(width, x), gridY, 1, x, y, 0);
  }

  /** Blocks of 32 columns, side by side for each of {@code parts}. */
  void launchColumns(int width, int parts) {
    launch(blocks(width, WARP), parts, 1, BLOCK, 1, BLOCK * Float.BYTES);
  }

  /** How many blocks of so many elements it takes. */
  static int blocks(long elements, int block) {
    return Math.toIntExact((elements + block - 1) / block);
  }

  static int roundUp(int number, int multiple) {
    return (number + multiple - 1) / multiple * multiple;
  }

  @Override
  public void close() {
    arena.close();
  }
}
