package palimpsest.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes safetensors files of F32 tensors, a piece at a time, whole or not at all. */
public final class SafetensorsWriter {
  private static final int PIECE_BYTES = 1 << 20;
  private static final ValueLayout.OfFloat LITTLE_ENDIAN =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private SafetensorsWriter() {}

  /**
   * @param metadata stands in the header; Hugging Face's readers want {@code format: pt}
   */
  public static void write(Path file, List<NamedTensor> tensors, Map<String, String> metadata) {
    byte[] header = header(tensors, metadata);
    AtomicFiles.writeChannel(
        file,
        channel -> {
          ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
          channel.write(piece.putLong(header.length).flip());
          channel.write(ByteBuffer.wrap(header));
          for (NamedTensor tensor : tensors) {
            write(channel, tensor.data(), piece);
          }
        });
  }

  /** The header, filled up with spaces so that the tensors begin at a multiple of eight bytes. */
  private static byte[] header(List<NamedTensor> tensors, Map<String, String> metadata) {
    ObjectNode root = JsonFile.object();
    ObjectNode said = root.putObject("__metadata__");
    metadata.forEach(said::put);
    long begin = 0;
    for (NamedTensor tensor : tensors) {
      if (root.has(tensor.name())) {
        throw new IllegalArgumentException("two tensors are called " + tensor.name());
      }
      ObjectNode entry = root.putObject(tensor.name());
      entry.put("dtype", "F32");
      ArrayNode shape = entry.putArray("shape");
      Arrays.stream(tensor.shape()).forEach(shape::add);
      long end = begin + tensor.data().byteSize();
      entry.putArray("data_offsets").add(begin).add(end);
      begin = end;
    }
    byte[] json = JsonFile.compact(root);
    byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  private static void write(WritableByteChannel channel, MemorySegment data, ByteBuffer piece)
      throws IOException {
    MemorySegment out = MemorySegment.ofBuffer(piece.clear());
    for (long at = 0; at < data.byteSize(); at += PIECE_BYTES) {
      long bytes = Math.min(PIECE_BYTES, data.byteSize() - at);
      MemorySegment.copy(
          data, ValueLayout.JAVA_FLOAT_UNALIGNED, at, out, LITTLE_ENDIAN, 0, bytes / Float.BYTES);
      channel.write(piece.clear().limit((int) bytes));
    }
  }
}
