package palimpsest.cuda;

import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import palimpsest.base.EnvironmentException;

/** The library of cublasLt, of the same version as the {@link CublasLibrary} that was loaded. */
public final class CublasLtLibrary {
  private static Path path;

  private CublasLtLibrary() {}

  /**
   * Loads it, on the first call; {@link CublasLibrary} comes first.
   *
   * @return where it was
   * @throws EnvironmentException if there is none
   */
  public static synchronized Path load(CudaPlatform platform) {
    if (path == null) {
      Path cublas = CublasLibrary.loaded();
      String library = companion(cublas.getFileName().toString());
      path =
          switch (platform) {
            case GPU ->
                search(cublas, library)
                    .load(CublasLtLibrary::link, "cublasLt", "it comes with " + cublas);
            case SIMULATOR -> SimulatorLibrary.load(library, CublasLtLibrary::link);
          };
    }
    return path;
  }

  /** What cuBLAS's sister library is called. */
  static String companion(String cublas) {
    return cublas.replace("libcublas.", "libcublasLt.");
  }

  /** First of all beside cuBLAS, which was linked with that one. */
  static LibrarySearch search(Path cublas, String library) {
    List<LibrarySearch.Place> places = new ArrayList<>();
    places.add(LibrarySearch.folder(library, cublas.getParent()));
    places.addAll(ToolkitSearch.of(library).places());
    return new LibrarySearch(library, places);
  }

  private static void link(Path file) {
    System.load(file.toString());
    if (SymbolLookup.loaderLookup().find("cublasLtMatmul").isEmpty()) {
      throw new EnvironmentException(
          "%s is not cublasLt: it has no cublasLtMatmul".formatted(file));
    }
  }
}
