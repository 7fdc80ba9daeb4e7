package palimpsest.ops;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A dense row-major view of a device's memory; the last dimension is contiguous. A tensor owns
 * nothing: the {@link DeviceMemory} it was cut from does.
 */
public final class Tensor {
  private final MemorySegment memory;
  private final DType dtype;
  private final int[] shape;
  private final long size;

  /**
   * @throws IllegalArgumentException if the shape does not fill the memory exactly
   */
  public Tensor(MemorySegment memory, DType dtype, int... shape) {
    this.memory = memory;
    this.dtype = dtype;
    this.shape = shape;
    this.size = sizeOf(shape);
    if (memory.byteSize() != size * dtype.bytes()) {
      throw new IllegalArgumentException(
          "%s %s needs %d bytes, not %d"
              .formatted(dtype, Arrays.toString(shape), size * dtype.bytes(), memory.byteSize()));
    }
  }

  /** The bytes behind the tensor. */
  public MemorySegment memory() {
    return memory;
  }

  public DType dtype() {
    return dtype;
  }

  /** Number of elements. */
  public long size() {
    return size;
  }

  /** All dimensions but the last, multiplied. */
  public int rows() {
    return Math.toIntExact(size / columns());
  }

  /** The last dimension. */
  public int columns() {
    return shape[shape.length - 1];
  }

  public int[] shape() {
    return shape.clone();
  }

  /** The elements from {@code offset} on, under another shape. */
  public Tensor slice(long offset, int... newShape) {
    long bytes = sizeOf(newShape) * dtype.bytes();
    return new Tensor(memory.asSlice(offset * dtype.bytes(), bytes), dtype, newShape);
  }

  /** The first {@code rows} rows. */
  public Tensor firstRows(int rows) {
    return slice(0, rows, columns());
  }

  @Override
  public String toString() {
    return dtype + Arrays.toString(shape);
  }

  private static long sizeOf(int[] shape) {
    long size = 1;
    for (int dimension : shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException("a negative dimension in " + Arrays.toString(shape));
      }
      size = Math.multiplyExact(size, (long) dimension);
    }
    return size;
  }
}
