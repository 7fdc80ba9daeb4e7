package palimpsest.ops.cuda;

import java.lang.foreign.MemorySegment;
import palimpsest.base.EnvironmentException;
import palimpsest.cuda.CudaDriver;
import palimpsest.cuda.CudaException;
import palimpsest.ops.DType;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Tensor;

/**
 * A block of the host's memory that the device reads and writes across the bus, at the host's own
 * address: with unified addressing, which all 64-bit Linux hosts have, the two are one.
 */
record PinnedMemory(CudaDriver driver, MemorySegment memory) implements DeviceMemory {
  /**
   * With anything in it.
   *
   * @throws palimpsest.base.EnvironmentException if there is not as much
   */
  static PinnedMemory of(CudaDriver driver, long bytes, String what) {
    try {
      return new PinnedMemory(
          driver, driver.cuMemHostAlloc(bytes, CudaDriver.CU_MEMHOSTALLOC_PORTABLE));
    } catch (CudaException e) {
      if (!e.outOfMemory()) {
        throw e;
      }
      throw new EnvironmentException(
          "no pinned memory for %s: the host did not give %,d MiB".formatted(what, bytes >> 20), e);
    }
  }

  @Override
  public long bytes() {
    return memory.byteSize();
  }

  @Override
  public Tensor tensor(long offset, DType dtype, int... shape) {
    MemorySegment part = memory.asSlice(offset, Tensor.bytes(dtype, shape));
    return Tensor.at(part.address(), dtype, shape);
  }

  @Override
  public void close() {
    driver.cuMemFreeHost(memory);
  }
}
