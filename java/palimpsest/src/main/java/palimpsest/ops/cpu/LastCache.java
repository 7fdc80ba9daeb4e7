package palimpsest.ops.cpu;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The largest of a core's caches, as Linux tells of it. */
final class LastCache {
  /** What is assumed where the system does not say. */
  static final long UNKNOWN = 32L << 20;

  private LastCache() {}

  /**
   * @param folder with {@code index0}, {@code index1}, …, each with a {@code size} such as {@code
   *     32768K}
   */
  static long bytes(Path folder) {
    long largest = 0;
    try (DirectoryStream<Path> caches = Files.newDirectoryStream(folder, "index*")) {
      for (Path cache : caches) {
        largest = Math.max(largest, size(Files.readString(cache.resolve("size")).strip()));
      }
    } catch (IOException | NumberFormatException _) {
      return UNKNOWN;
    }
    return largest == 0 ? UNKNOWN : largest;
  }

  private static long size(String text) {
    return switch (text.charAt(text.length() - 1)) {
      case 'K' -> Long.parseLong(text, 0, text.length() - 1, 10) << 10;
      case 'M' -> Long.parseLong(text, 0, text.length() - 1, 10) << 20;
      default -> Long.parseLong(text);
    };
  }
}
