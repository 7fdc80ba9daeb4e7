package palimpsest.ops;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A dense row-major view of a device's memory; the last dimension is contiguous. A tensor owns
 * nothing: the {@link DeviceMemory} it was cut from does.
 */
public final class Tensor {
  private final MemorySegment memory;
  private final long address;
  private final DType dtype;
  private final int[] shape;
  private final long size;

  /**
   * In memory that Java can read.
   *
   * @throws IllegalArgumentException if the shape does not fill the memory exactly
   */
  public Tensor(MemorySegment memory, DType dtype, int... shape) {
    this(memory, memory.address(), dtype, shape);
    if (memory.byteSize() != size * dtype.bytes()) {
      throw new IllegalArgumentException(
          "%s %s needs %d bytes, not %d"
              .formatted(dtype, Arrays.toString(shape), size * dtype.bytes(), memory.byteSize()));
    }
  }

  private Tensor(MemorySegment memory, long address, DType dtype, int... shape) {
    this.memory = memory;
    this.address = address;
    this.dtype = dtype;
    this.shape = shape;
    this.size = sizeOf(shape);
  }

  /** In memory that only its device can read. */
  public static Tensor at(long address, DType dtype, int... shape) {
    return new Tensor(null, address, dtype, shape);
  }

  /**
   * The bytes behind the tensor.
   *
   * @throws IllegalStateException if only the device can read them
   */
  public MemorySegment memory() {
    if (memory == null) {
      throw new IllegalStateException(this + " lies where Java cannot read");
    }
    return memory;
  }

  /** Of the first element, in the device's own address space. */
  public long address() {
    return address;
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

  /**
   * The elements from {@code offset} on, under another shape.
   *
   * @throws IndexOutOfBoundsException if they are not all the tensor's own
   */
  public Tensor slice(long offset, int... newShape) {
    long elements = sizeOf(newShape);
    if (offset < 0 || elements > size - offset) {
      throw new IndexOutOfBoundsException(
          "%d elements from %d on of %s".formatted(elements, offset, this));
    }
    long first = offset * dtype.bytes();
    MemorySegment part = memory == null ? null : memory.asSlice(first, elements * dtype.bytes());
    return new Tensor(part, address + first, dtype, newShape);
  }

  /** The first {@code rows} rows. */
  public Tensor firstRows(int rows) {
    return slice(0, rows, columns());
  }

  @Override
  public String toString() {
    return dtype + Arrays.toString(shape);
  }

  /**
   * What a tensor takes.
   *
   * @throws IllegalArgumentException for a negative dimension
   * @throws ArithmeticException if it is more than a long holds
   */
  public static long bytes(DType dtype, int... shape) {
    return Math.multiplyExact(sizeOf(shape), (long) dtype.bytes());
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
