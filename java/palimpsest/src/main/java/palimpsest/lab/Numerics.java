package palimpsest.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import palimpsest.io.Sha256;

/**
 * The version of the code that makes the bits of a model: computed rather than written down, so
 * that nobody has to remember to raise it. It changes with any class or resource of the packages
 * below.
 */
final class Numerics {
  /** What the weights and the outcomes beside them are made by, and what outcomes are made of. */
  private static final List<String> CODE =
      List.of(
          "base/",
          "ops/",
          "model/",
          "data/",
          "train/",
          "continual/",
          "analysis/Window",
          "lab/",
          "report/Results");

  /** What looks at runs that are over. */
  private static final String LATER = "lab/analyze/";

  private Numerics() {}

  static String version() {
    try {
      Path code =
          Path.of(Numerics.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(code)) {
        return version(code);
      }
      try (FileSystem jar = FileSystems.newFileSystem(code)) {
        return version(jar.getPath("/"));
      }
    } catch (URISyntaxException e) {
      throw new AssertionError("the program's own place is no path", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of classes and resources below a root; the same in a folder and in a jar. */
  private static String version(Path root) throws IOException {
    MessageDigest digest = Sha256.digest();
    Path all = root.resolve("palimpsest");
    try (Stream<Path> paths = Files.walk(all)) {
      for (Path file : paths.filter(Files::isRegularFile).sorted().toList()) {
        String name = all.relativize(file).toString();
        if (CODE.stream().anyMatch(name::startsWith) && !name.startsWith(LATER)) {
          digest.update(Files.readAllBytes(file));
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }
}
