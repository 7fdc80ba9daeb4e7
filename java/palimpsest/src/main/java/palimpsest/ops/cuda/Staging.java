package palimpsest.ops.cuda;

import java.lang.foreign.MemorySegment;
import palimpsest.cuda.CudaDriver;
import palimpsest.cuda.CudaHandle.CUevent;
import palimpsest.cuda.CudaHandle.CUstream;

/**
 * Pinned memory through which Java's arrays go to the device and back. It has a few slots that take
 * turns: a copy to the device is only begun, and waited for when its slot is wanted again.
 */
final class Staging implements AutoCloseable {
  static final int SLOT_BYTES = 1 << 20;

  private static final int SLOTS = 4;

  private final CudaDriver driver;
  private final CUstream stream;
  private final MemorySegment pinned;
  private final MemorySegment[] slots = new MemorySegment[SLOTS];
  private final CUevent[] copied = new CUevent[SLOTS];
  private int next;

  /** Fills a slot with bytes {@code [offset, offset + count)} of something, or takes them out. */
  @FunctionalInterface
  interface Part {
    void move(MemorySegment slot, long offset, int count);
  }

  Staging(CudaDriver driver, CUstream stream) {
    this.driver = driver;
    this.stream = stream;
    pinned = driver.cuMemHostAlloc((long) SLOTS * SLOT_BYTES, CudaDriver.CU_MEMHOSTALLOC_PORTABLE);
    for (int i = 0; i < SLOTS; i++) {
      slots[i] = pinned.asSlice((long) i * SLOT_BYTES, SLOT_BYTES);
      copied[i] = driver.cuEventCreate(CudaDriver.CU_EVENT_DISABLE_TIMING);
      driver.cuEventRecord(copied[i], stream);
    }
  }

  /** Copies to the device, in the order of the stream. */
  void write(long address, long bytes, Part fill) {
    for (long done = 0; done < bytes; done += SLOT_BYTES) {
      int count = (int) Math.min(SLOT_BYTES, bytes - done);
      driver.cuEventSynchronize(copied[next]);
      fill.move(slots[next], done, count);
      driver.cuMemcpyHtoDAsync(address + done, slots[next], count, stream);
      driver.cuEventRecord(copied[next], stream);
      next = (next + 1) % SLOTS;
    }
  }

  /** Copies from the device, behind all that the stream has before. */
  void read(long address, long bytes, Part take) {
    for (long done = 0; done < bytes; done += SLOT_BYTES) {
      int count = (int) Math.min(SLOT_BYTES, bytes - done);
      driver.cuEventSynchronize(copied[next]);
      driver.cuMemcpyDtoHAsync(slots[next], address + done, count, stream);
      driver.cuStreamSynchronize(stream);
      take.move(slots[next], done, count);
    }
  }

  /** The double at an address. */
  double readDouble(long address) {
    double[] value = new double[1];
    read(
        address,
        Double.BYTES,
        (slot, offset, count) ->
            MemorySegment.copy(slot, 0, MemorySegment.ofArray(value), 0, count));
    return value[0];
  }

  /** Bytes of an array's segment to a slot. */
  static Part from(MemorySegment array) {
    return (slot, offset, count) -> MemorySegment.copy(array, offset, slot, 0, count);
  }

  /** Bytes of a slot to an array's segment. */
  static Part to(MemorySegment array) {
    return (slot, offset, count) -> MemorySegment.copy(slot, 0, array, offset, count);
  }

  @Override
  public void close() {
    driver.cuStreamSynchronize(stream);
    for (CUevent event : copied) {
      driver.cuEventDestroy(event);
    }
    driver.cuMemFreeHost(pinned);
  }
}
