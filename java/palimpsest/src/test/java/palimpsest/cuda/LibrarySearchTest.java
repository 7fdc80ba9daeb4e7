package palimpsest.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.base.EnvironmentException;

class LibrarySearchTest {
  private static final String LIBRARY = "libnothing.so.1";

  @TempDir Path folder;

  @Test
  void saysWhereItLookedInOrder() {
    LibrarySearch search =
        new LibrarySearch(
            LIBRARY,
            List.of(
                LibrarySearch.environment(LIBRARY, Optional.empty()),
                LibrarySearch.loaderCache(LIBRARY, Path.of("/no/cache")),
                LibrarySearch.folder(LIBRARY, folder)));
    assertEquals(
        "no libnothing.so.1 (nothing): looked in LD_LIBRARY_PATH (not set), the loader's cache"
            + " (/no/cache), which cannot be read, %s; build it".formatted(folder),
        failure(search).getMessage());
  }

  @Test
  void saysWhatIsWrongWithAFile() throws IOException {
    Path text = Files.createDirectory(folder.resolve("text")).resolve(LIBRARY);
    Files.writeString(text, "no library, only some text");
    Path foreign = Files.createDirectory(folder.resolve("foreign")).resolve(LIBRARY);
    byte[] header = Files.readAllBytes(Path.of("/proc/self/exe"));
    header[18] = 3;
    Files.write(foreign, header);
    assertEquals(
        "libnothing.so.1 (nothing) cannot be loaded: %s: is no shared library; %s: is not for x86-64; looked in %s, %s; build it"
            .formatted(text, foreign, text.getParent(), foreign.getParent()),
        failure(
                new LibrarySearch(
                    LIBRARY,
                    List.of(
                        LibrarySearch.folder(LIBRARY, text.getParent()),
                        LibrarySearch.folder(LIBRARY, foreign.getParent()))))
            .getMessage());
  }

  @Test
  void keepsTheLinkersWords() throws IOException {
    Path file = elf(folder);
    String message =
        failure(new LibrarySearch(LIBRARY, List.of(LibrarySearch.folder(LIBRARY, folder))))
            .getMessage();
    assertTrue(message.startsWith("libnothing.so.1 (nothing) cannot be loaded: " + file + ": "));
    assertTrue(message.contains("file too short"), message);
    assertEquals(1, message.lines().count());
    assertEquals(message.indexOf(file.toString()), message.lastIndexOf(file.toString()), message);
  }

  @Test
  void takesTheFirstThatLoads() throws IOException {
    Path broken = Files.createDirectory(folder.resolve("broken"));
    Path right = Files.createDirectory(folder.resolve("right"));
    elf(broken);
    elf(right);
    List<Path> tried = new ArrayList<>();
    Path found =
        new LibrarySearch(
                LIBRARY,
                List.of(
                    LibrarySearch.environment(LIBRARY, Optional.of(broken + ":" + folder)),
                    LibrarySearch.folder(LIBRARY, right)))
            .load(
                file -> {
                  tried.add(file);
                  if (file.startsWith(broken)) {
                    throw new UnsatisfiedLinkError(file + ": " + file + ": not this one");
                  }
                },
                "nothing",
                "build it");
    assertEquals(right.resolve(LIBRARY), found);
    assertEquals(List.of(broken.resolve(LIBRARY), found), tried);
  }

  @Test
  void doesNotLookInFoldersThatDependOnWhereItIsStarted() {
    LibrarySearch.Place place =
        LibrarySearch.environment(LIBRARY, Optional.of("lib::relative/lib:/absolute"));
    assertEquals(List.of(Path.of("/absolute", LIBRARY)), place.files());
  }

  @Test
  void looksForCublasLtBesideCublasFirst() {
    Path cublas = Path.of("/opt/some/libcublas.so.12");
    String library = CublasLtLibrary.companion(cublas.getFileName().toString());
    assertEquals("libcublasLt.so.12", library);
    assertEquals(
        List.of(Path.of("/opt/some/libcublasLt.so.12")),
        CublasLtLibrary.search(cublas, library).places().getFirst().files());
  }

  @Test
  void readsTheLoadersCache() throws IOException {
    Path cache = folder.resolve("ld.so.cache");
    Files.write(
        cache,
        "glibc-ld.so.cache1.1\0\u0003\0\u00ff/usr\0libnothing.so.1\0/usr/lib/libnothing.so.1\0/usr/lib/libnothing.so.12\0/opt/libnothing.so.1\0"
            .getBytes(StandardCharsets.ISO_8859_1));
    assertEquals(
        List.of(Path.of("/usr/lib", LIBRARY), Path.of("/opt", LIBRARY)),
        LibrarySearch.loaderCache(LIBRARY, cache).files());
  }

  @Test
  void readsThisMachinesCache() {
    Path cache = Path.of("/etc/ld.so.cache");
    List<Path> files = LibrarySearch.loaderCache("libc.so.6", cache).files();
    assertTrue(files.stream().anyMatch(Files::exists), files.toString());
  }

  /** Anybody may write to the temporary folder, and the folder of the day may be anybody's. */
  @Test
  void theDriverIsNotSoughtWhereAnybodyMayPlantOne() {
    for (LibrarySearch.Place place : DriverLibrary.search(Optional.of(".:lib")).places()) {
      for (Path file : place.files()) {
        assertTrue(file.isAbsolute(), file.toString());
        assertFalse(file.startsWith(System.getProperty("java.io.tmpdir")), file.toString());
      }
    }
  }

  @Test
  void findsCublasInToolkitsAndPythonPackages() throws IOException {
    String library = CublasLibrary.CUDA_13;
    Path home = folder.resolve("home");
    List<Path> libraries =
        List.of(
            folder.resolve("opt/cuda/lib64"),
            folder.resolve("usr/local/cuda-13.1/targets/x86_64-linux/lib"),
            folder.resolve("venv/lib/python3.13/site-packages/nvidia/cu13/lib"),
            home.resolve(".local/lib/python3.12/site-packages/nvidia/cublas/lib"),
            folder.resolve("usr/lib/python3/dist-packages/nvidia/cu13/lib"));
    for (Path place : libraries) {
      Files.createDirectories(place);
      Files.createFile(place.resolve(library));
    }
    LibrarySearch search =
        ToolkitSearch.of(
            library,
            Map.of("VIRTUAL_ENV", folder.resolve("venv").toString(), "HOME", home.toString()),
            folder);
    assertEquals(
        libraries.stream().map(place -> place.resolve(library)).toList(),
        search.places().stream()
            .flatMap(place -> place.files().stream())
            .filter(Files::exists)
            .toList());
  }

  /** A library's header and nothing behind it. */
  private static Path elf(Path folder) throws IOException {
    byte[] header = Arrays.copyOf(Files.readAllBytes(Path.of("/proc/self/exe")), 20);
    return Files.write(folder.resolve(LIBRARY), header);
  }

  private static EnvironmentException failure(LibrarySearch search) {
    return assertThrows(
        EnvironmentException.class,
        () -> search.load(file -> System.load(file.toString()), "nothing", "build it"));
  }
}
