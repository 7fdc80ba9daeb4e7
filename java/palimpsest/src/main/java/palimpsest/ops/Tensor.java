package palimpsest.ops;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A row-major view of a device's memory; the last dimension is contiguous. A tensor owns nothing:
 * the {@link DeviceMemory} it was cut from does.
 *
 * <p>It is dense, but for logits where a device wants their rows {@link Device#paddedColumns
 * padded}: whoever does not ask for the {@link #stride} of these cannot get at them.
 */
public final class Tensor {
  private final MemorySegment memory;
  private final long address;
  private final DType dtype;
  private final int[] shape;
  private final int stride;
  private final long size;

  /**
   * In memory that Java can read.
   *
   * @throws IllegalArgumentException if the shape does not fill the memory exactly
   */
  public Tensor(MemorySegment memory, DType dtype, int... shape) {
    this(memory, memory.address(), dtype, shape[shape.length - 1], shape);
    if (memory.byteSize() != size * dtype.bytes()) {
      throw new IllegalArgumentException(
          "%s %s needs %d bytes, not %d"
              .formatted(dtype, Arrays.toString(shape), size * dtype.bytes(), memory.byteSize()));
    }
  }

  private Tensor(MemorySegment memory, long address, DType dtype, int stride, int... shape) {
    this.memory = memory;
    this.address = address;
    this.dtype = dtype;
    this.stride = stride;
    this.shape = shape;
    this.size = sizeOf(shape);
  }

  /** In memory that only its device can read. */
  public static Tensor at(long address, DType dtype, int... shape) {
    return new Tensor(null, address, dtype, shape[shape.length - 1], shape);
  }

  /**
   * The bytes behind the tensor.
   *
   * @throws IllegalStateException if only the device can read them, or there are gaps
   */
  public MemorySegment memory() {
    if (memory == null) {
      throw new IllegalStateException(this + " lies where Java cannot read");
    }
    requireDense();
    return memory;
  }

  /**
   * Of the first element, in the device's own address space.
   *
   * @throws IllegalStateException if there are gaps
   */
  public long address() {
    requireDense();
    return address;
  }

  /** {@link #address} for those who also ask for the {@link #stride}. */
  public long rowsAddress() {
    return address;
  }

  /** Elements from one row to the next: {@link #columns}, unless rows are padded. */
  public int stride() {
    return stride;
  }

  private void requireDense() {
    if (stride != columns()) {
      throw new IllegalStateException("%s has rows of %d".formatted(this, stride));
    }
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
    requireDense();
    return part(offset, newShape[newShape.length - 1], newShape);
  }

  private Tensor part(long offset, int newStride, int... newShape) {
    long elements = sizeOf(newShape);
    if (offset < 0 || elements > size - offset) {
      throw new IndexOutOfBoundsException(
          "%d elements from %d on of %s".formatted(elements, offset, this));
    }
    long first = offset * dtype.bytes();
    MemorySegment part = memory == null ? null : memory.asSlice(first, elements * dtype.bytes());
    return new Tensor(part, address + first, dtype, newStride, newShape);
  }

  /** The first {@code rows} rows. */
  public Tensor firstRows(int rows) {
    return part(0, stride, rows, columns());
  }

  /**
   * The first columns of each row, which lie as far apart as they did: where that is further than
   * they are long, only {@link #rowsAddress} and {@link #stride} lead to them.
   */
  public Tensor firstColumns(int columns) {
    return part(0, stride, rows(), columns);
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
