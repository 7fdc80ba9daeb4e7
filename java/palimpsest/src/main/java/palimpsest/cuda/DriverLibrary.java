package palimpsest.cuda;

import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import palimpsest.base.EnvironmentException;

/**
 * The driver's library, {@code libcuda.so.1}: NVIDIA's or the simulator's. It is loaded once, by an
 * absolute path and for this class's loader, which is where the bindings look their functions up;
 * whatever needs it later (JCuda, cuBLAS) is given this one by the linker, for its name is the
 * same.
 */
public final class DriverLibrary {
  private static final String LIBRARY = "libcuda.so.1";

  /** Where distributions, containers and WSL put it; last a package that serves older drivers. */
  private static final List<Path> FOLDERS =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu"),
          Path.of("/usr/lib64"),
          Path.of("/usr/lib/wsl/lib"),
          Path.of("/usr/local/cuda/compat"));

  private static CudaPlatform loaded;
  private static Path path;

  private DriverLibrary() {}

  /**
   * Loads the library, on the first call.
   *
   * @return where it was
   * @throws EnvironmentException if there is none, or the process holds the other platform's
   */
  public static synchronized Path load(CudaPlatform platform) {
    if (loaded == null) {
      path =
          switch (platform) {
            case GPU ->
                search(Optional.ofNullable(System.getenv("LD_LIBRARY_PATH")))
                    .load(
                        DriverLibrary::link,
                        "NVIDIA's driver",
                        "install a driver for CUDA 13 (580 or newer), or use --device sim or cpu");
            case SIMULATOR -> SimulatorLibrary.load(LIBRARY, DriverLibrary::link);
          };
      loaded = platform;
    } else if (loaded != platform) {
      throw new EnvironmentException(
          "this process holds %s already, and one process has one %s: start another for the %s"
              .formatted(path, LIBRARY, platform == CudaPlatform.GPU ? "GPU" : "simulator"));
    }
    return path;
  }

  static LibrarySearch search(Optional<String> libraryPath) {
    List<LibrarySearch.Place> places =
        new ArrayList<>(
            List.of(
                LibrarySearch.environment(LIBRARY, libraryPath),
                LibrarySearch.loaderCache(LIBRARY, Path.of("/etc/ld.so.cache"))));
    FOLDERS.forEach(folder -> places.add(LibrarySearch.folder(LIBRARY, folder)));
    return new LibrarySearch(LIBRARY, places);
  }

  private static void link(Path file) {
    System.load(file.toString());
    if (SymbolLookup.loaderLookup().find("cuDriverGetVersion").isEmpty()) {
      throw new EnvironmentException(
          "%s is not a CUDA driver: it has no cuDriverGetVersion".formatted(file));
    }
  }
}
