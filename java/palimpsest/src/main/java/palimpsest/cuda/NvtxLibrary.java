package palimpsest.cuda;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import palimpsest.base.EnvironmentException;

/**
 * The library that profilers are told of ranges by. NVTX 3 is a header; the one library that
 * exports its functions is {@code libnvtx3interop}, of the toolkit.
 */
public final class NvtxLibrary {
  static final String LIBRARY = "libnvtx3interop.so.1";
  static final String PROPERTY = "palimpsest.nvtx";

  private NvtxLibrary() {}

  /** Where it lies; empty where it is not found. */
  public static Optional<Path> find() {
    return ToolkitSearch.of(LIBRARY).places().stream()
        .flatMap(place -> place.files().stream())
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /**
   * Loads it where somebody listens: Nsight, which sets {@code NVTX_INJECTION64_PATH}, or {@code
   * -Dpalimpsest.nvtx=true}.
   *
   * @return whether it is loaded
   */
  public static boolean load() {
    if (!Boolean.getBoolean(PROPERTY) && System.getenv("NVTX_INJECTION64_PATH") == null) {
      return false;
    }
    try {
      ToolkitSearch.of(LIBRARY).load(file -> System.load(file.toString()), "NVTX", "");
      return true;
    } catch (EnvironmentException e) {
      return false;
    }
  }
}
