package palimpsest.io;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A tensor in memory, to be written to a file or filled from one.
 *
 * @param shape sizes, the first varying slowest
 * @param data fp32 elements, row-major and without gaps, in the machine's byte order
 */
public record NamedTensor(String name, int[] shape, MemorySegment data) {
  public NamedTensor {
    long bytes = Float.BYTES;
    for (int size : shape) {
      bytes = Math.multiplyExact(bytes, size);
    }
    if (bytes != data.byteSize()) {
      throw new IllegalArgumentException(
          "%s: a shape of %s needs %d bytes, not %d"
              .formatted(name, Arrays.toString(shape), bytes, data.byteSize()));
    }
  }
}
