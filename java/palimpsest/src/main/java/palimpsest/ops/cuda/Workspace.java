package palimpsest.ops.cuda;

import palimpsest.cuda.CudaDriver;
import palimpsest.cuda.CudaHandle.CUstream;

/**
 * Memory for what a kernel leaves for the next one of the same operation. It grows with the first
 * steps and then stays.
 */
final class Workspace implements AutoCloseable {
  private static final long FIRST_BYTES = 1 << 20;
  private static final String WHAT = "what a kernel leaves for the next one";

  private final CudaDriver driver;
  private final CUstream stream;
  private CudaMemory memory;

  Workspace(CudaDriver driver, CUstream stream) {
    this.driver = driver;
    this.stream = stream;
    memory = CudaMemory.of(driver, FIRST_BYTES, WHAT);
  }

  /** The address of so many floats, 256-byte aligned, with anything in them. */
  long floats(long count) {
    long bytes = count * Float.BYTES;
    if (bytes > memory.bytes()) {
      driver.cuStreamSynchronize(stream); // what was given out before may be in use
      memory.close();
      memory = CudaMemory.of(driver, Math.max(bytes, 2 * memory.bytes()), WHAT);
    }
    return memory.address();
  }

  /** Where it lies now. */
  long address() {
    return memory.address();
  }

  @Override
  public void close() {
    memory.close();
  }
}
