package palimpsest.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import palimpsest.base.UserException;

/**
 * A safetensors file, open for reading: eight bytes for the header's length, the header in JSON,
 * then the tensors' bytes, little-endian. The file is mapped, not read; its header is checked whole
 * when it is opened, so that a file cut off or lying is refused and never believed.
 */
public final class Safetensors implements AutoCloseable {
  private static final long LENGTH_BYTES = Long.BYTES;

  /** Some 200,000 tensors; the format's own readers take 100 MB, which no model needs. */
  private static final long LARGEST_HEADER = 16 << 20;

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat TARGET = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private final Path file;
  private final Arena arena;
  private final SafetensorsHeader header;
  private final MemorySegment data;

  private Safetensors(Path file, Arena arena, SafetensorsHeader header, MemorySegment data) {
    this.file = file;
    this.arena = arena;
    this.header = header;
    this.data = data;
  }

  /** Opens a file and checks its header; only the calling thread may use it. */
  public static Safetensors open(Path file) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new UserException(
          OneLine.of("%s: is a folder or a device; a safetensors file is needed".formatted(file)));
    }
    Arena arena = Arena.ofConfined();
    boolean opened = false;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment whole = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      long headerEnd = headerEnd(file, whole);
      byte[] json =
          whole.asSlice(LENGTH_BYTES, headerEnd - LENGTH_BYTES).toArray(ValueLayout.JAVA_BYTE);
      MemorySegment data = whole.asSlice(headerEnd);
      SafetensorsHeader header = SafetensorsHeader.parse(file.toString(), json, data.byteSize());
      opened = true;
      return new Safetensors(file, arena, header, data);
    } catch (IOException e) {
      throw FileProblem.reading(file, e);
    } finally {
      if (!opened) {
        arena.close();
      }
    }
  }

  private static long headerEnd(Path file, MemorySegment whole) {
    if (whole.byteSize() < LENGTH_BYTES) {
      throw new UserException(
          "%s: not a sound safetensors file: it has only %d bytes"
              .formatted(file, whole.byteSize()));
    }
    long length = whole.get(LONG, 0);
    if (length < 0 || length > LARGEST_HEADER || length > whole.byteSize() - LENGTH_BYTES) {
      throw new UserException(
          "%s: not a sound safetensors file: a header of %s bytes does not fit into its %d bytes"
              .formatted(file, Long.toUnsignedString(length), whole.byteSize()));
    }
    return LENGTH_BYTES + length;
  }

  /** The tensors' names, in the header's order. */
  public Set<String> names() {
    return header.tensors().keySet();
  }

  /** A tensor's sizes. */
  public List<Long> shape(String name) {
    return entry(name).shape();
  }

  /** What the header says beside the tensors. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /**
   * Copies a tensor into memory as fp32, from F32, F16, BF16 or F64; its shape must be the same.
   */
  public void read(NamedTensor target) {
    require(target.name(), target.shape());
    SafetensorsHeader.Entry entry = entry(target.name());
    try {
      copy(entry, target);
    } catch (InternalError cutOff) { // what a mapping throws where its file has become shorter
      throw new UserException("%s: was cut off while it was read".formatted(file), cutOff);
    }
  }

  /** Refuses a file that does not have a tensor in a shape. */
  public void require(String name, int[] shape) {
    List<Long> found = entry(name).shape();
    List<Long> needed = IntStream.of(shape).mapToObj(Long::valueOf).toList();
    if (!found.equals(needed)) {
      throw new UserException(
          "%s: tensor %s has the shape %s, but the model needs %s"
              .formatted(file, name, OneLine.quote(found.toString()), needed));
    }
  }

  private void copy(SafetensorsHeader.Entry entry, NamedTensor target) {
    MemorySegment source = data.asSlice(entry.begin(), entry.end() - entry.begin());
    MemorySegment floats = target.data();
    long count = floats.byteSize() / Float.BYTES;
    switch (entry.type()) {
      case "F32" -> MemorySegment.copy(source, FLOAT, 0, floats, TARGET, 0, count);
      case "F16" -> {
        for (long i = 0; i < count; i++) {
          float value = Float.float16ToFloat(source.get(SHORT, i * Short.BYTES));
          floats.set(TARGET, i * Float.BYTES, value);
        }
      }
      case "BF16" -> {
        for (long i = 0; i < count; i++) {
          float value = Float.intBitsToFloat(source.get(SHORT, i * Short.BYTES) << Short.SIZE);
          floats.set(TARGET, i * Float.BYTES, value);
        }
      }
      case "F64" -> {
        for (long i = 0; i < count; i++) {
          floats.set(TARGET, i * Float.BYTES, (float) source.get(DOUBLE, i * Double.BYTES));
        }
      }
      default ->
          throw new UserException(
              "%s: tensor %s is of type %s; weights must be F32, F16, BF16 or F64"
                  .formatted(file, target.name(), entry.type()));
    }
  }

  private SafetensorsHeader.Entry entry(String name) {
    SafetensorsHeader.Entry entry = header.tensors().get(name);
    if (entry == null) {
      throw new UserException("%s: has no tensor %s".formatted(file, name));
    }
    return entry;
  }

  @Override
  public void close() {
    arena.close();
  }
}
