package palimpsest.lab;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The same file in two places, at the price of one where the file system can do that. */
final class Copies {
  private Copies() {}

  /** Everything in a folder, into another that is empty. */
  static void tree(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          file(path, target);
        }
      }
    }
  }

  /** A hard link, or a copy where there can be none: on another file system, say. */
  static void file(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (UnsupportedOperationException | FileSystemException _) {
      Files.copy(from, to);
    }
  }
}
