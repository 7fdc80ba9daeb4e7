package palimpsest.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Consumer;
import palimpsest.base.UserException;
import palimpsest.io.AtomicFiles;
import palimpsest.io.FileProblem;
import palimpsest.io.OneLine;

/**
 * A folder with one writer: a file in it that the writer holds a lock of the operating system on.
 * The lock goes with the process, however that ends; what is left of a writer that was killed is a
 * file with its number in it, of which the next one takes notice and no more.
 */
final class RunLock implements AutoCloseable {
  static final String FILE = ".lock";

  /** A process's number and a line's end. */
  private static final int LONGEST = 64;

  private final FileChannel channel;
  private final Path file;

  private RunLock(FileChannel channel, Path file) {
    this.channel = channel;
    this.file = file;
  }

  /**
   * Makes the folder if need be and locks it.
   *
   * @param notes is told of a writer that was killed
   * @throws UserException if somebody else writes there
   */
  static RunLock on(Path folder, Consumer<String> notes) {
    AtomicFiles.createFolders(folder);
    Path file = folder.resolve(FILE);
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      boolean locked = false;
      try {
        Optional<String> before = writer(channel);
        if (!isFree(channel)) {
          throw new UserException(
              "%s: %s is writing here; wait for it, or name another folder with --out"
                  .formatted(
                      folder, before.map("process %s"::formatted).orElse("another process")));
        }
        before.ifPresent(
            process ->
                notes.accept(
                    "%s: process %s was writing here and is gone; its lock is taken over"
                        .formatted(folder, process)));
        sign(channel);
        locked = true;
        return new RunLock(channel, file);
      } finally {
        if (!locked) {
          channel.close();
        }
      }
    } catch (IOException e) {
      throw FileProblem.writing(file, e);
    }
  }

  private static boolean isFree(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException _) {
      return false; // another run of this very process
    }
  }

  private static Optional<String> writer(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(LONGEST);
    int count = channel.read(bytes, 0);
    String said =
        count <= 0 ? "" : new String(bytes.array(), 0, count, StandardCharsets.UTF_8).strip();
    return said.isEmpty() ? Optional.empty() : Optional.of(OneLine.quote(said));
  }

  private static void sign(FileChannel channel) throws IOException {
    String me = ProcessHandle.current().pid() + "\n";
    channel.truncate(0).write(StandardCharsets.UTF_8.encode(me), 0);
  }

  /** Removes the file first: who comes then makes one of its own. */
  @Override
  public void close() {
    try (channel) {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw FileProblem.writing(file, e);
    }
  }
}
