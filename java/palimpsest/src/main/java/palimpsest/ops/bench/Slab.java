package palimpsest.ops.bench;

import palimpsest.ops.Device;
import palimpsest.ops.DeviceMemory;

/** One block of memory that all measurements use in turn; it grows and is kept. */
final class Slab implements AutoCloseable {
  private final Device device;
  private DeviceMemory memory;

  Slab(Device device) {
    this.device = device;
  }

  DeviceMemory of(long bytes) {
    if (memory == null || memory.bytes() < bytes) {
      close();
      memory = device.allocate(bytes, "the tensors of a call");
    }
    return memory;
  }

  @Override
  public void close() {
    if (memory != null) {
      memory.close();
      memory = null;
    }
  }
}
