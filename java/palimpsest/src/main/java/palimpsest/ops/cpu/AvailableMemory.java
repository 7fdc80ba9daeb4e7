package palimpsest.ops.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What Linux could give to a program without swapping. */
final class AvailableMemory {
  private static final String KEY = "MemAvailable:";

  private AvailableMemory() {}

  /**
   * @param file {@code /proc/meminfo}, whose lines are like {@code MemAvailable: 8123456 kB}
   * @return 0 where the file does not say
   */
  static long bytes(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(KEY))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(0);
    } catch (IOException _) {
      return 0;
    }
  }
}
