package palimpsest.ops.cpu;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file in the temporary folder in place of memory. It has no name, so that nothing is left. */
final class ScratchFile {
  static final String SUFFIX = ".palimpsest-scratch";

  private static final int PIECE = 1 << 20;

  private ScratchFile() {}

  /**
   * Maps a new file of zeros. They are written out first: a disk that is full says so here, and not
   * by a signal when the memory is used, unless its file system stores zeros as nothing.
   */
  static MemorySegment map(long bytes, Arena arena) throws IOException {
    FileStore store = Files.getFileStore(folder());
    if (store.type().equals("tmpfs")) {
      throw new IOException("it is memory; -Djava.io.tmpdir names another");
    }
    if (bytes > store.getUsableSpace()) {
      throw new IOException("%,d MiB are free".formatted(store.getUsableSpace() >> 20));
    }
    Path file = Files.createTempFile(folder(), null, SUFFIX);
    try (FileChannel channel = open(file)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect(PIECE);
      for (long written = 0; written < bytes; ) {
        zeros.clear().limit((int) Math.min(PIECE, bytes - written));
        written += channel.write(zeros);
      }
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
    }
  }

  private static FileChannel open(Path file) throws IOException {
    try {
      return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } finally {
      Files.delete(file);
    }
  }

  static Path folder() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }
}
