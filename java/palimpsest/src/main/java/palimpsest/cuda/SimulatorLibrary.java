package palimpsest.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import palimpsest.base.EnvironmentException;
import palimpsest.io.NativeFolder;

/**
 * The simulator's libraries, from the folder that a system property names or from the class path.
 */
final class SimulatorLibrary {
  /** A folder with the simulator's libraries: for builds with a sanitizer, and for its makers. */
  static final String PROPERTY = "palimpsest.simulator";

  private static final String RESOURCES = "/palimpsest/simulator/";
  private static final String DRIVER = "libcuda.so.1";
  private static final String SUMS = "SHA256SUMS";

  private SimulatorLibrary() {}

  /** Where they would be taken from, in words; empty if there are none. */
  static Optional<String> place() {
    String folder = System.getProperty(PROPERTY);
    if (folder != null) {
      boolean there = Files.isRegularFile(Path.of(folder).resolve(DRIVER));
      return there ? Optional.of(folder) : Optional.empty();
    }
    boolean there = SimulatorLibrary.class.getResource(RESOURCES + DRIVER) != null;
    return there ? Optional.of("built in") : Optional.empty();
  }

  /** Loads one, and says where it was. */
  static Path load(String library, Consumer<Path> load) {
    String folder = System.getProperty(PROPERTY);
    return folder == null ? loadResource(library, load) : loadFile(folder, library, load);
  }

  private static Path loadFile(String folder, String library, Consumer<Path> load) {
    Path file = Path.of(folder).toAbsolutePath().resolve(library);
    if (!Files.isRegularFile(file)) {
      throw new EnvironmentException(
          "-D%s=%s: the folder has no %s; native/build %s makes it"
              .formatted(PROPERTY, folder, library, folder));
    }
    return checked(file, load);
  }

  private static Path loadResource(String library, Consumer<Path> load) {
    if (SimulatorLibrary.class.getResource(RESOURCES + library) == null) {
      throw new EnvironmentException(
          ("no CUDA simulator: the class path has no %s%s and -D%s names no folder;"
                  + " the build makes it where it finds g++")
              .formatted(RESOURCES.substring(1), library, PROPERTY));
    }
    try (NativeFolder unpacked = NativeFolder.create("simulator")) {
      return checked(unpacked.addResource(RESOURCES + library, builtSum(library)), load);
    }
  }

  /** The checksum that the build wrote down beside what it made. */
  private static String builtSum(String library) {
    try (InputStream sums = SimulatorLibrary.class.getResourceAsStream(RESOURCES + SUMS)) {
      if (sums != null) {
        for (String line : new String(sums.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
          if (line.endsWith("  " + library)) {
            return line.substring(0, line.indexOf(' '));
          }
        }
      }
      throw new EnvironmentException(
          "no checksum of the simulator's %s on the class path; './mvnw package' makes it anew"
              .formatted(library));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path checked(Path file, Consumer<Path> load) {
    try {
      load.accept(file);
      return file;
    } catch (UnsatisfiedLinkError e) {
      throw new EnvironmentException("the CUDA simulator cannot be loaded: " + e.getMessage(), e);
    }
  }
}
