package palimpsest.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * A file that is only added to. Its length and checksum at a moment can be written down elsewhere;
 * later it can be cut back to that moment, if its beginning is still what it was.
 */
public final class GrowingFile implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path file;
  private final DiskChannel channel;
  private final OutputStream out;
  private final MessageDigest digest;
  private long length;

  /** Whether a write has failed, which was told; what is in the buffer is not tried again. */
  private boolean failed;

  /**
   * A file at a moment.
   *
   * @param sha256 of its first {@code length} bytes, 64 hexadecimal digits
   */
  public record Mark(long length, String sha256) {
    /** Whether a file begins as it was at that moment. */
    public boolean holds(Path file) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        return channel.size() >= length && sha256.equals(Sha256.hex(begin(channel, length)));
      } catch (IOException _) {
        return false;
      }
    }
  }

  private GrowingFile(Path file, FileChannel channel, MessageDigest digest, long length) {
    this.file = file;
    this.channel = new DiskChannel(file, channel);
    this.digest = digest;
    this.length = length;
    this.out = new BufferedOutputStream(new Sink(), BUFFER_BYTES);
  }

  /**
   * Begins an empty file, or goes on where one was at a mark that it {@linkplain Mark#holds holds}.
   */
  public static GrowingFile open(Path file, Optional<Mark> mark) {
    try {
      FileChannel channel =
          Disk.change(
              Disk.Change.CREATE,
              file,
              () ->
                  FileChannel.open(
                      file,
                      StandardOpenOption.CREATE,
                      StandardOpenOption.READ,
                      StandardOpenOption.WRITE));
      long length = mark.map(Mark::length).orElse(0L);
      channel.truncate(length).position(length);
      return new GrowingFile(file, channel, begin(channel, length), length);
    } catch (IOException e) {
      throw FileProblem.writing(file, e);
    }
  }

  /** Leaves the channel's position as it is. */
  private static MessageDigest begin(FileChannel channel, long length) throws IOException {
    MessageDigest digest = Sha256.digest();
    ByteBuffer piece = ByteBuffer.allocate(BUFFER_BYTES);
    for (long at = 0; at < length; ) {
      int read = channel.read(piece.clear().limit((int) Math.min(BUFFER_BYTES, length - at)), at);
      if (read < 0) {
        throw new IOException("it ends after %d bytes of %d".formatted(at, length));
      }
      digest.update(piece.flip());
      at += read;
    }
    return digest;
  }

  /** Adds bytes at the end. */
  public void add(byte[] bytes) {
    try {
      out.write(bytes);
    } catch (IOException e) {
      throw FileProblem.writing(file, e);
    }
  }

  /** Lets others see what was added. */
  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw FileProblem.writing(file, e);
    }
  }

  /** The moment, once the disk has everything up to it. */
  public Mark mark() {
    flush();
    try {
      channel.force();
      return new Mark(length, Sha256.hex((MessageDigest) digest.clone()));
    } catch (IOException e) {
      throw FileProblem.writing(file, e);
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("the platform's SHA-256 can be copied", e);
    }
  }

  @Override
  public void close() {
    try (channel) {
      if (!failed) {
        out.flush();
      }
    } catch (IOException e) {
      throw FileProblem.writing(file, e);
    }
  }

  /** Counts and sums what goes to the file. */
  private final class Sink extends OutputStream {
    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int first, int count) throws IOException {
      failed = true;
      channel.write(ByteBuffer.wrap(bytes, first, count));
      failed = false;
      digest.update(bytes, first, count);
      length += count;
    }
  }
}
