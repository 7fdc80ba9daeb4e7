package palimpsest.launcher;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a fresh copy of the repository. */
@Tag("launcher")
class LauncherBuildTest {
  private static final Set<String> LEFT_BEHIND =
      Set.of(".git", "target", "runs", ".palimpsest", ".venv");

  /**
   * Kernels and simulator, which take a minute and a half to build, are not what is tested here.
   */
  private static final Map<String, String> WITHOUT_COMPILERS =
      Map.of("NVCC", "no-nvcc", "CXX", "no-compiler", "PALIMPSEST_REQUIRE", "");

  @TempDir Path folder;

  @Test
  void buildsOnceForAllAndAgainOnlyWhenTheSourcesChange() throws Exception {
    Path copy = folder.resolve("a fresh copy");
    copy(Launched.root(), copy);
    Process one = Launched.start(copy, WITHOUT_COMPILERS, List.of("./palimpsest", "--version"));
    Process other = Launched.start(copy, WITHOUT_COMPILERS, List.of("./palimpsest", "--version"));
    Launched first = Launched.ended(one);
    Launched second = Launched.ended(other);
    assertAll(
        () -> assertEquals(0, first.code(), first.err()),
        () -> assertEquals(0, second.code(), second.err()),
        () -> assertEquals(first.out(), second.out()),
        () ->
            assertEquals(
                Set.of(
                    "palimpsest: first use; building, which takes a minute or two, for it downloads"
                        + " libraries to ~/.m2",
                    "palimpsest: another one is building; waiting for it"),
                Set.of(first.err().strip(), second.err().strip())));

    assertEquals("", run(copy).err(), "built already");

    Path broken = copy.resolve("java/palimpsest/src/main/java/palimpsest/base/Broken.java");
    Files.writeString(broken, "package palimpsest.base; class Broken { int }\n");
    Launched failed = run(copy);
    assertAll(
        () -> assertEquals(3, failed.code()),
        () -> assertEquals("", failed.out()),
        () -> assertTrue(failed.err().contains("Broken.java:[1,"), failed.err()),
        () -> assertTrue(failed.errLines().getLast().contains("build failed"), failed.err()));

    Files.delete(broken);
    Launched mended = run(copy);
    assertAll(
        () -> assertEquals(0, mended.code(), mended.err()),
        () -> assertEquals(1, mended.errLines().size(), mended.err()),
        () -> assertTrue(mended.err().contains("sources have changed"), mended.err()));
  }

  private static Launched run(Path copy) throws IOException, InterruptedException {
    return Launched.run(copy, WITHOUT_COMPILERS, List.of("./palimpsest", "--version"));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path source, BasicFileAttributes attributes)
              throws IOException {
            if (LEFT_BEHIND.contains(source.getFileName().toString())) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(from.relativize(source)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path source, BasicFileAttributes attributes)
              throws IOException {
            if (!source.getFileName().toString().equals(".git")) {
              Files.copy(source, to.resolve(from.relativize(source)));
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
