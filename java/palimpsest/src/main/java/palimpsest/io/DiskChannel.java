package palimpsest.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** Writes to a file what it is given, all of it, by way of the {@link Disk}. */
record DiskChannel(Path file, FileChannel channel) implements WritableByteChannel {
  @Override
  public int write(ByteBuffer bytes) throws IOException {
    int count = bytes.remaining();
    while (bytes.hasRemaining()) {
      Disk.change(Disk.Change.WRITE, file, () -> channel.write(bytes));
    }
    return count;
  }

  /** Waits until the disk has it. */
  void force() throws IOException {
    Disk.change(
        Disk.Change.FORCE,
        file,
        () -> {
          channel.force(true);
          return null;
        });
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
