package palimpsest.cuda;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a library of the CUDA toolkit may be, which Python's packages carry too. */
final class ToolkitSearch {
  private ToolkitSearch() {}

  static LibrarySearch of(String library) {
    return of(library, System.getenv(), Path.of("/"));
  }

  /**
   * @param root the root of the file system, another one in tests
   */
  static LibrarySearch of(String library, Map<String, String> environment, Path root) {
    List<LibrarySearch.Place> places = new ArrayList<>();
    places.add(
        LibrarySearch.environment(
            library, Optional.ofNullable(environment.get("LD_LIBRARY_PATH"))));
    places.add(LibrarySearch.loaderCache(library, root.resolve("etc/ld.so.cache")));
    places.add(LibrarySearch.folders(library, "the CUDA toolkit", toolkits(environment, root)));
    places.add(
        LibrarySearch.folders(library, "Python's NVIDIA packages", wheels(environment, root)));
    places.add(LibrarySearch.folder(library, root.resolve("usr/lib/x86_64-linux-gnu")));
    return new LibrarySearch(library, places);
  }

  private static List<Path> toolkits(Map<String, String> environment, Path root) {
    Stream<Path> named =
        Stream.of("CUDA_HOME", "CUDA_PATH")
            .map(environment::get)
            .filter(Objects::nonNull)
            .map(Path::of)
            .filter(Path::isAbsolute);
    Stream<Path> usual =
        Stream.of(root.resolve("usr/local/cuda"), root.resolve("opt/cuda"))
            .map(Path::toAbsolutePath);
    return Stream.of(named, usual, matching(root.resolve("usr/local"), "cuda-1[23]*").stream())
        .flatMap(folders -> folders)
        .flatMap(
            folder ->
                Stream.of(folder.resolve("lib64"), folder.resolve("targets/x86_64-linux/lib")))
        .toList();
  }

  /** The environment that is active, the user's own packages, the system's. */
  private static List<Path> wheels(Map<String, String> environment, Path root) {
    List<Path> roots = new ArrayList<>();
    for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
      String folder = environment.get(variable);
      if (folder != null) {
        roots.add(Path.of(folder).resolve("lib"));
      }
    }
    if (environment.get("HOME") != null) {
      roots.add(Path.of(environment.get("HOME")).resolve(".local/lib"));
    }
    roots.add(root.resolve("usr/local/lib"));
    roots.add(root.resolve("usr/lib"));
    return roots.stream()
        .flatMap(folder -> matching(folder, "python3*").stream())
        .flatMap(python -> Stream.of("site-packages", "dist-packages").map(python::resolve))
        .flatMap(site -> Stream.of("nvidia/cu13/lib", "nvidia/cublas/lib").map(site::resolve))
        .toList();
  }

  private static List<Path> matching(Path folder, String names) {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, names)) {
        entries.forEach(found::add);
      } catch (IOException e) {
        return List.of();
      }
    }
    found.sort(null);
    return found.reversed();
  }
}
