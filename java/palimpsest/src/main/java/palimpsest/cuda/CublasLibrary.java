package palimpsest.cuda;

import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import palimpsest.base.EnvironmentException;

/**
 * The library of cuBLAS, which comes with the toolkit or with a Python package and not with the
 * driver. A process holds one version, for a function's name alone does not tell two apart.
 */
public final class CublasLibrary {
  /** What the bindings through FFM are for. */
  public static final String CUDA_13 = "libcublas.so.13";

  /** What JCuda 12.6 is for. */
  public static final String CUDA_12 = "libcublas.so.12";

  private static String loaded;
  private static Path path;

  private CublasLibrary() {}

  /**
   * Loads it, on the first call; {@link DriverLibrary} comes first.
   *
   * @return where it was
   * @throws EnvironmentException if there is none, or another version has been loaded
   */
  public static synchronized Path load(CudaPlatform platform, String library) {
    if (loaded == null) {
      path =
          switch (platform) {
            case GPU ->
                ToolkitSearch.of(library)
                    .load(CublasLibrary::linkWithCompanion, "cuBLAS", advice(library));
            case SIMULATOR -> SimulatorLibrary.load(library, CublasLibrary::link);
          };
      loaded = library;
    } else if (!loaded.equals(library)) {
      throw new EnvironmentException(
          "%s is loaded already, %s cannot be in the same process".formatted(path, library));
    }
    return path;
  }

  /** Where the library was that has been loaded. */
  static synchronized Path loaded() {
    if (path == null) {
      throw new IllegalStateException("cuBLAS has not been loaded yet");
    }
    return path;
  }

  private static String advice(String library) {
    String python = library.equals(CUDA_13) ? "nvidia-cublas" : "nvidia-cublas-cu12";
    return "get it with 'pip install %s', with the CUDA toolkit, or name its folder in LD_LIBRARY_PATH"
        .formatted(python);
  }

  /**
   * cuBLAS needs its sister library, which a Python package keeps where the linker does not look.
   */
  private static void linkWithCompanion(Path file) {
    Path beside = file.resolveSibling(CublasLtLibrary.companion(file.getFileName().toString()));
    if (Files.isRegularFile(beside)) {
      System.load(beside.toString());
    }
    link(file);
  }

  private static void link(Path file) {
    System.load(file.toString());
    if (SymbolLookup.loaderLookup().find("cublasCreate_v2").isEmpty()) {
      throw new EnvironmentException("%s is not cuBLAS: it has no cublasCreate_v2".formatted(file));
    }
  }
}
