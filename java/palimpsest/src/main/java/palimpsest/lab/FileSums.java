package palimpsest.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import palimpsest.io.AtomicFiles;
import palimpsest.io.Sha256;

/** Checksums of all files of a folder, in a file of its own as {@code sha256sum --check} reads. */
final class FileSums {
  static final String FILE = "SHA256SUMS";

  /** A hundred bytes a file. */
  private static final long LARGEST_BYTES = 1 << 20;

  private FileSums() {}

  /** Of every file in a folder and below, by its path within. */
  static Map<String, String> of(Path folder) throws IOException {
    Map<String, String> sums = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          sums.put(folder.relativize(path).toString(), Sha256.of(path));
        }
      }
    }
    return sums;
  }

  /** Whether a name that a file gave means something in a folder, and nothing outside. */
  static boolean isWithin(Path folder, String name) {
    try {
      return folder.resolve(name).normalize().startsWith(folder.normalize());
    } catch (InvalidPathException _) {
      return false;
    }
  }

  /** Of a file that a file named; nothing that a sum could be where it cannot be read. */
  static String sumWithin(Path folder, String name) {
    try {
      return isWithin(folder, name) ? Sha256.of(folder.resolve(name)) : "";
    } catch (IOException _) {
      return "";
    }
  }

  /** Writes down the sums of a folder that has everything in it. */
  static void write(Path folder) {
    try {
      AtomicFiles.write(folder.resolve(FILE), text(of(folder)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Map<String, String> sums) {
    return sums.entrySet().stream()
        .map(sum -> "%s  %s\n".formatted(sum.getValue(), sum.getKey()))
        .collect(Collectors.joining());
  }

  /** What is wrong with a folder whose sums were written, in a few words; empty for nothing. */
  static Optional<String> problem(Path folder) {
    try {
      Path file = folder.resolve(FILE);
      if (!Files.isRegularFile(file) || Files.size(file) > LARGEST_BYTES) {
        return Optional.of(FILE + " cannot be read");
      }
      String written = Files.readString(file, StandardCharsets.ISO_8859_1);
      Map<String, String> sums = of(folder);
      sums.remove(FILE);
      if (text(sums).equals(written)) {
        return Optional.empty();
      }
      return Optional.of(
          sums.entrySet().stream()
              .filter(sum -> !written.contains("%s  %s\n".formatted(sum.getValue(), sum.getKey())))
              .findFirst()
              .map(sum -> sum.getKey() + " is not what was written")
              .orElse("a file is missing"));
    } catch (IOException e) {
      return Optional.of("it cannot be read: " + e.getMessage());
    }
  }
}
