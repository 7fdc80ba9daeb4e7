package palimpsest.ops.cuda;

import java.util.Arrays;
import palimpsest.base.EnvironmentException;
import palimpsest.cuda.CudaDriver;
import palimpsest.cuda.CudaException;
import palimpsest.cuda.CudaHandle.CUstream;
import palimpsest.ops.DType;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Tensor;

/** A block of a GPU's memory. */
final class CudaMemory implements DeviceMemory {
  private final CudaDriver driver;
  private final long address;
  private final long bytes;

  private CudaMemory(CudaDriver driver, long address, long bytes) {
    this.driver = driver;
    this.address = address;
    this.bytes = bytes;
  }

  /**
   * All zero when the stream has come past this.
   *
   * @throws EnvironmentException if there is not as much
   */
  static CudaMemory zeroed(CudaDriver driver, CUstream stream, long bytes) {
    CudaMemory memory = of(driver, bytes);
    driver.cuMemsetD8Async(memory.address, (byte) 0, memory.bytes, stream);
    return memory;
  }

  /** With anything in it. */
  static CudaMemory of(CudaDriver driver, long bytes) {
    long room = Math.max(1, bytes);
    try {
      return new CudaMemory(driver, driver.cuMemAlloc(room), room);
    } catch (CudaException e) {
      if (!e.outOfMemory()) {
        throw e;
      }
      CudaDriver.MemoryInfo info = driver.cuMemGetInfo();
      throw new EnvironmentException(
          "out of memory on the device: %,d MiB were asked for, %,d of %,d MiB are free; a smaller batch needs less"
              .formatted(mebibytes(bytes), info.free() >> 20, info.total() >> 20),
          e);
    }
  }

  private static long mebibytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }

  long address() {
    return address;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public Tensor tensor(long offset, DType dtype, int... shape) {
    Tensor tensor = Tensor.at(address + offset, dtype, shape);
    if (offset < 0 || tensor.size() * dtype.bytes() > bytes - offset) {
      throw new IndexOutOfBoundsException(
          "%s%s at byte %d of %d".formatted(dtype, Arrays.toString(shape), offset, bytes));
    }
    return tensor;
  }

  @Override
  public void close() {
    driver.cuMemFree(address);
  }
}
