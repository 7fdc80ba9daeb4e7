package palimpsest.cuda.jcuda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The simulator that tests run on: of the folder that {@code -Dpalimpsest.simulator} names, else of
 * the class path. Without one the tests are skipped; where {@code PALIMPSEST_REQUIRE} names {@code
 * simulator}, they fail.
 */
final class Simulator {
  private static final String PROPERTY = "palimpsest.simulator";
  private static final String RESOURCES = "/palimpsest/simulator/";

  private Simulator() {}

  static void require() {
    if (System.getProperty(PROPERTY) == null
        && Simulator.class.getResource(RESOURCES + "libcuda.so.1") == null) {
      String why = "there is no CUDA simulator on the class path, nor in -D" + PROPERTY;
      String required = System.getenv("PALIMPSEST_REQUIRE");
      if (required != null && List.of(required.split(",")).contains("simulator")) {
        Assertions.fail(why + ", and PALIMPSEST_REQUIRE asks for it");
      }
      Assumptions.abort(why);
    }
  }

  /** What a virtual machine of one's own must be told. */
  static List<String> options() {
    String folder = System.getProperty(PROPERTY);
    return folder == null ? List.of() : List.of("-D%s=%s".formatted(PROPERTY, folder));
  }

  /** A folder with some of the libraries. */
  static Path copy(Path folder, String... libraries) throws IOException {
    Path copy = Files.createDirectory(folder.resolve("simulator"));
    for (String library : libraries) {
      Files.move(file(folder, library), copy.resolve(library));
    }
    return copy;
  }

  /** One of the libraries, in a file of this folder. */
  static Path file(Path folder, String library) throws IOException {
    Path file = folder.resolve(library);
    String source = System.getProperty(PROPERTY);
    if (source != null) {
      Files.copy(Path.of(source, library), file);
    } else {
      try (InputStream content = Simulator.class.getResourceAsStream(RESOURCES + library)) {
        Files.copy(content, file);
      }
    }
    return file;
  }
}
