package palimpsest.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import palimpsest.base.UserException;

/**
 * Files and folders that are either there whole or not there at all. Everything is written under a
 * temporary name in the same folder, forced to the disk and renamed; on any failure the temporary
 * is removed, and what stood under the final name before is untouched.
 *
 * <p>Failures are told in one line: {@link palimpsest.base.UserException} where the place is wrong
 * (no such folder, no permission), {@link palimpsest.base.RunException} else (no space).
 */
public final class AtomicFiles {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final AtomicLong COUNTER = new AtomicLong();

  private AtomicFiles() {}

  /** Writes a file's content to a stream. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes a file's content to a channel, every write of which takes all it is given. */
  @FunctionalInterface
  public interface ChannelContent {
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  /** Fills an empty folder that exists. */
  @FunctionalInterface
  public interface FolderContent {
    void fill(Path folder) throws IOException;
  }

  public static void write(Path file, byte[] bytes) {
    write(file, out -> out.write(bytes));
  }

  /** Writes text as UTF-8, as it is: line ends are the caller's. */
  public static void write(Path file, String text) {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  public static void write(Path file, Content content) {
    writeChannel(
        file,
        channel -> {
          OutputStream out =
              new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
          content.writeTo(out);
          out.flush();
        });
  }

  public static void writeChannel(Path file, ChannelContent content) {
    if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
      writeThrough(file, content);
      return;
    }
    Path target = followLink(file);
    atomically(
        target,
        temporary -> {
          try (DiskChannel channel = create(temporary)) {
            content.writeTo(channel);
            channel.force();
          }
          move(temporary, target);
        });
  }

  private static DiskChannel create(Path file) throws IOException {
    return Disk.change(
        Disk.Change.CREATE,
        file,
        () ->
            new DiskChannel(
                file,
                FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)));
  }

  /** A device or a pipe, {@code /dev/null} say, is written to; it cannot be replaced by a file. */
  private static void writeThrough(Path device, ChannelContent content) {
    try (FileChannel channel = FileChannel.open(device, StandardOpenOption.WRITE)) {
      // A full device, /dev/full say, will not have space later.
      ScopedValue.where(Disk.CURRENT, Disk.PLAIN)
          .call(
              () -> {
                content.writeTo(new DiskChannel(device, channel));
                return null;
              });
    } catch (IOException e) {
      throw FileProblem.writing(device, e);
    }
  }

  /** The file a link points at, so that the link stays a link. */
  private static Path followLink(Path file) {
    try {
      return Files.isSymbolicLink(file) && Files.exists(file) ? file.toRealPath() : file;
    } catch (IOException e) {
      throw FileProblem.writing(file, e);
    }
  }

  /** Creates a folder with its content; a {@link UserException} if the name is taken. */
  public static void newFolder(Path folder, FolderContent content) {
    if (Files.exists(folder) && !isEmptyFolder(folder)) {
      throw new UserException("%s: is there already; name a new folder".formatted(folder));
    }
    atomically(folder, temporary -> fillAndMove(temporary, folder, content));
  }

  /** Creates a folder with its content, in the place of one that may be there. */
  public static void replaceFolder(Path folder, FolderContent content) {
    atomically(
        folder,
        temporary ->
            fillAndMove(
                temporary,
                folder,
                filled -> {
                  content.fill(filled);
                  if (Files.exists(folder)) {
                    retire(folder);
                  }
                }));
  }

  /**
   * Gives a folder that is filled already its name, in the place of one that may have it.
   *
   * @param filled on the same file system
   */
  public static void settle(Path filled, Path folder) {
    try {
      forceTree(filled);
      if (Files.exists(folder)) {
        retire(folder);
      }
      move(filled, folder);
    } catch (IOException e) {
      throw FileProblem.writing(folder, e);
    }
  }

  /** Makes a folder in one that is there. */
  public static void createFolder(Path folder) {
    try {
      Disk.change(Disk.Change.CREATE, folder, () -> Files.createDirectory(folder));
    } catch (IOException e) {
      throw FileProblem.writing(folder, e);
    }
  }

  /** Removes a file, or a folder with everything in it; links are removed, never followed. */
  public static void deleteTree(Path root) {
    try {
      Files.walkFileTree(root, new Deletion());
    } catch (NoSuchFileException _) {
      // Nothing to remove is what was asked for.
    } catch (IOException e) {
      throw FileProblem.writing(root, e);
    }
  }

  /** Makes a folder and those above it. */
  public static void createFolders(Path folder) {
    try {
      Disk.change(Disk.Change.CREATE, folder, () -> Files.createDirectories(folder));
    } catch (IOException e) {
      throw FileProblem.writing(folder, e);
    }
  }

  private static void atomically(Path target, FolderContent work) {
    Path temporary = temporaryBeside(target);
    boolean done = false;
    try {
      work.fill(temporary);
      done = true;
    } catch (IOException e) {
      throw FileProblem.writing(target, e);
    } catch (UncheckedIOException e) {
      throw FileProblem.writing(target, e.getCause());
    } finally {
      if (!done) {
        deleteQuietly(temporary);
      }
    }
  }

  private static void fillAndMove(Path temporary, Path folder, FolderContent content)
      throws IOException {
    Disk.change(Disk.Change.CREATE, temporary, () -> Files.createDirectory(temporary));
    content.fill(temporary);
    forceTree(temporary);
    move(temporary, folder);
  }

  /** Takes a folder out of the way and removes it: its name is never on a half-removed folder. */
  private static void retire(Path folder) throws IOException {
    Path retired = temporaryBeside(folder);
    move(folder, retired);
    deleteTree(retired);
  }

  private static void move(Path from, Path to) throws IOException {
    Disk.change(Disk.Change.MOVE, to, () -> Files.move(from, to, StandardCopyOption.ATOMIC_MOVE));
    force(parent(to));
  }

  /** A hidden name in the same folder (and so on the same file system), used by nobody else. */
  private static Path temporaryBeside(Path target) {
    String name =
        ".%s.%d-%d.partial"
            .formatted(
                target.getFileName(), ProcessHandle.current().pid(), COUNTER.incrementAndGet());
    return parent(target).resolve(name);
  }

  /** Whether it has the name of something unfinished. */
  public static boolean isTemporary(Path path) {
    return path.getFileName().toString().matches("\\..*\\.partial");
  }

  private static Path parent(Path target) {
    Path parent = target.toAbsolutePath().getParent();
    if (parent == null) {
      throw new UserException("%s: cannot be written: it has no parent folder".formatted(target));
    }
    return parent;
  }

  private static void forceTree(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        force(path);
      }
    }
  }

  /** Forces a file's bytes, or a folder's entries, to the disk. */
  private static void force(Path path) throws IOException {
    try (var channel = new DiskChannel(path, FileChannel.open(path, StandardOpenOption.READ))) {
      channel.force();
    }
  }

  /** Whether it is a folder with nothing in it. */
  public static boolean isEmptyFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    } catch (IOException e) {
      throw FileProblem.writing(folder, e);
    }
  }

  /** Cleans up after a failure that is being reported; a second one would only hide it. */
  private static void deleteQuietly(Path root) {
    try {
      Files.walkFileTree(root, new Deletion());
    } catch (IOException _) {
      // The first failure is the one to tell.
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
      if (failure != null) {
        throw failure;
      }
      delete(folder);
      return FileVisitResult.CONTINUE;
    }

    private static void delete(Path path) throws IOException {
      Disk.change(
          Disk.Change.DELETE,
          path,
          () -> {
            Files.delete(path);
            return null;
          });
    }
  }
}
