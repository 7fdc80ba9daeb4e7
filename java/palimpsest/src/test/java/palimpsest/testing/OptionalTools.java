package palimpsest.testing;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Programs that some tests compare with and that a machine may lack. Without one, its tests are
 * skipped; where {@code PALIMPSEST_REQUIRE} names it ({@code chromium,python,simulator}), they
 * fail.
 */
public final class OptionalTools {
  private OptionalTools() {}

  /** A browser to look at a report with, without a window. */
  public static Path chromium() {
    return Stream.of("chromium", "chromium-browser", "google-chrome")
        .flatMap(name -> onPath(name).stream())
        .findFirst()
        .orElseGet(() -> missing("chromium", "there is no chromium on the PATH"));
  }

  /**
   * A Python that has some modules: {@code PALIMPSEST_PYTHON} if set, else the one of {@code .venv}
   * in the repository, else {@code python3} on the path.
   */
  public static Path python(String... modules) {
    List<Path> pythons =
        Stream.of(
                Optional.ofNullable(System.getenv("PALIMPSEST_PYTHON")).map(Path::of),
                Optional.of(Path.of("../../.venv/bin/python").toAbsolutePath().normalize()),
                onPath("python3"))
            .flatMap(Optional::stream)
            .filter(Files::isExecutable)
            .toList();
    return pythons.stream()
        .filter(python -> imports(python, modules))
        .findFirst()
        .orElseGet(
            () ->
                missing(
                    "python", "none of %s has %s".formatted(pythons, String.join(", ", modules))));
  }

  /**
   * The CUDA simulator: in the folder that {@code -Dpalimpsest.simulator} names, or on the class
   * path.
   */
  public static void simulator() {
    String folder = "palimpsest.simulator";
    if (System.getProperty(folder) == null
        && OptionalTools.class.getResource("/palimpsest/simulator/libcuda.so.1") == null) {
      missing("simulator", "no CUDA simulator on the class path, nor in -D" + folder);
    }
  }

  private static boolean imports(Path python, String... modules) {
    try {
      return new ProcessBuilder(python.toString(), "-c", "import " + String.join(", ", modules))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Optional<Path> onPath(String name) {
    return Pattern.compile(File.pathSeparator)
        .splitAsStream(System.getenv("PATH"))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Path missing(String tool, String why) {
    String required = System.getenv("PALIMPSEST_REQUIRE");
    if (required != null && List.of(required.split(",")).contains(tool)) {
      return fail(why + ", and PALIMPSEST_REQUIRE asks for it");
    }
    return abort(why);
  }
}
