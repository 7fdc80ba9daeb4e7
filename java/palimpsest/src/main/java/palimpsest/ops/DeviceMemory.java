package palimpsest.ops;

/** A block of a device's memory; whoever asked for it closes it. */
public interface DeviceMemory extends AutoCloseable {
  long bytes();

  /** The elements from byte {@code offset} on, 64-byte aligned if {@code offset} is. */
  Tensor tensor(long offset, DType dtype, int... shape);

  @Override
  void close();
}
