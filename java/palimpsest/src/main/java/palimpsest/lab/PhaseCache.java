package palimpsest.lab;

import java.nio.file.Path;
import java.util.Map;

/** Where phases are kept for all runs of a user. */
public final class PhaseCache {
  private PhaseCache() {}

  /**
   * {@code $PALIMPSEST_CACHE}, else {@code $XDG_CACHE_HOME/palimpsest}, else {@code
   * ~/.cache/palimpsest}.
   *
   * @param environment the process's variables
   */
  public static Path folder(Map<String, String> environment) {
    String own = environment.getOrDefault("PALIMPSEST_CACHE", "");
    if (!own.isBlank()) {
      return Path.of(own);
    }
    String shared = environment.getOrDefault("XDG_CACHE_HOME", "");
    return shared.isBlank()
        ? Path.of(System.getProperty("user.home"), ".cache", "palimpsest")
        : Path.of(shared, "palimpsest");
  }
}
