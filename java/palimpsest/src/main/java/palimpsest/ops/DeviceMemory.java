package palimpsest.ops;

import palimpsest.base.EnvironmentException;

/** A block of a device's memory; whoever asked for it closes it. */
public interface DeviceMemory extends AutoCloseable {
  long bytes();

  /** The elements from byte {@code offset} on, 64-byte aligned if {@code offset} is. */
  Tensor tensor(long offset, DType dtype, int... shape);

  @Override
  void close();

  /**
   * What to throw where there is not as much.
   *
   * @param what it was asked for
   * @param free bytes that could be had
   */
  static EnvironmentException missing(String what, long bytes, long free, Throwable cause) {
    return new EnvironmentException(
        "no memory for %s: %,d MiB were asked for, %,d MiB are free; a smaller batch or model needs less"
            .formatted(what, (bytes + (1 << 20) - 1) >> 20, free >> 20),
        cause);
  }
}
