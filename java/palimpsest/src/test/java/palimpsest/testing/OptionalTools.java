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
 * Programs that some tests need or compare with and that a machine may lack. Without one, its tests
 * are skipped; where {@code PALIMPSEST_REQUIRE} names it ({@code
 * chromium,python,simulator,mounts}), they fail.
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

  /** The CUDA simulator, which the build makes where it finds g++ and cuda.h. */
  public static void simulator() {
    if (System.getProperty("palimpsest.simulator") == null
        && OptionalTools.class.getResource("/palimpsest/simulator/libcuda.so.1") == null) {
      missing("simulator", "there is no CUDA simulator on the class path");
    }
  }

  /** Disks of one's own: user namespaces in which a tmpfs can be mounted. */
  public static void mounts() {
    if (!succeeds(
        "unshare",
        "--user",
        "--map-root-user",
        "--mount",
        "mount",
        "-t",
        "tmpfs",
        "none",
        "/mnt")) {
      missing("mounts", "no tmpfs can be mounted in a namespace here");
    }
  }

  private static boolean imports(Path python, String... modules) {
    return succeeds(python.toString(), "-c", "import " + String.join(", ", modules));
  }

  private static boolean succeeds(String... command) {
    try {
      return new ProcessBuilder(command)
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
