package palimpsest.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Writes numbers over steps as TensorBoard reads them: a file of TFRecords, each an Event in
 * protocol buffers. A record is its length (8 bytes), the length's checksum (4), the event, the
 * event's checksum (4), little-endian.
 *
 * <p>Event: 1 wall time (double), 2 step (varint), 3 version (text), 5 Summary. Summary: 1 Value,
 * repeated. Value: 1 tag (text), 2 the number (float).
 */
public final class TensorBoardWriter implements AutoCloseable {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED_32 = 5;

  private final Path file;
  private final DiskChannel out;

  /** Begins a new file in a folder; TensorBoard shows each folder as a run. */
  public TensorBoardWriter(Path folder, Instant now) {
    AtomicFiles.createFolders(folder);
    this.file =
        folder.resolve(
            "events.out.tfevents.%010d.palimpsest.%d"
                .formatted(now.getEpochSecond(), ProcessHandle.current().pid()));
    try {
      this.out =
          new DiskChannel(
              file, FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw FileProblem.writing(file, e);
    }
    Message event = new Message();
    event.number(1, seconds(now));
    event.bytes(3, "brain.Event:2".getBytes(StandardCharsets.UTF_8));
    record(event);
  }

  /** Adds the values of one step, each under its tag. */
  public void add(Instant now, long step, Map<String, Double> values) {
    Message summary = new Message();
    values.forEach(
        (tag, number) -> {
          Message value = new Message();
          value.bytes(1, tag.getBytes(StandardCharsets.UTF_8));
          value.number(2, number.floatValue());
          summary.bytes(1, value.content());
        });
    Message event = new Message();
    event.number(1, seconds(now));
    event.number(2, step);
    event.bytes(5, summary.content());
    record(event);
  }

  /** In one write, so that a reader never meets half a record. */
  private void record(Message event) {
    byte[] content = event.content();
    ByteBuffer record =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES + content.length + Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(content.length);
    record.putInt(maskedChecksum(record.array(), 0, Long.BYTES));
    record.put(content);
    record.putInt(maskedChecksum(content, 0, content.length));
    try {
      out.write(record.rewind());
    } catch (IOException e) {
      throw FileProblem.writing(file, e);
    }
  }

  /** CRC-32C, turned and moved, as TFRecords have it: checksums of checksums stay strong. */
  static int maskedChecksum(byte[] bytes, int from, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, from, length);
    return Integer.rotateRight((int) checksum.getValue(), 15) + 0xa282ead8;
  }

  private static double seconds(Instant now) {
    return now.getEpochSecond() + now.getNano() / 1e9;
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw FileProblem.writing(file, e);
    }
  }

  /** A protocol buffer being written: fields of a number and a type, then their content. */
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void number(int field, double value) {
      varint(field << 3 | FIXED_64);
      out.writeBytes(littleEndian(Long.BYTES).putDouble(value).array());
    }

    void number(int field, float value) {
      varint(field << 3 | FIXED_32);
      out.writeBytes(littleEndian(Integer.BYTES).putFloat(value).array());
    }

    void number(int field, long value) {
      varint(field << 3 | VARINT);
      varint(value);
    }

    void bytes(int field, byte[] content) {
      varint(field << 3 | BYTES);
      varint(content.length);
      out.writeBytes(content);
    }

    byte[] content() {
      return out.toByteArray();
    }

    /** Seven bits a byte, the lowest first; the highest bit says that more follow. */
    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        out.write((int) (rest & 0x7f | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
    }

    private static ByteBuffer littleEndian(int bytes) {
      return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
