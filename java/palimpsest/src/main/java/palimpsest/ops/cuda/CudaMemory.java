package palimpsest.ops.cuda;

import java.util.Arrays;
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
   * @throws palimpsest.base.EnvironmentException if there is not as much
   */
  static CudaMemory zeroed(CudaDriver driver, CUstream stream, long bytes, String what) {
    CudaMemory memory = of(driver, bytes, what);
    driver.cuMemsetD8Async(memory.address, (byte) 0, memory.bytes, stream);
    return memory;
  }

  /** With anything in it. */
  static CudaMemory of(CudaDriver driver, long bytes, String what) {
    long room = Math.max(1, bytes);
    try {
      return new CudaMemory(driver, driver.cuMemAlloc(room), room);
    } catch (CudaException e) {
      if (!e.outOfMemory()) {
        throw e;
      }
      throw DeviceMemory.missing(what, bytes, driver.cuMemGetInfo().free(), e);
    }
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
