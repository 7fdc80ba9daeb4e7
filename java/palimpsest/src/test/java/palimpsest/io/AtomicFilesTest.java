package palimpsest.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.base.RunException;
import palimpsest.base.UserException;

class AtomicFilesTest {
  @TempDir Path folder;

  @Test
  void writesTextAndNothingElse() throws IOException {
    Path file = folder.resolve("a.txt");
    AtomicFiles.write(file, "é\n");
    AtomicFiles.write(file, "later\n");
    assertEquals("later\n", Files.readString(file));
    assertEquals(List.of("a.txt"), names(folder));
  }

  @Test
  void aFailureKeepsTheOldFileAndLeavesNoTemporary() throws IOException {
    Path file = folder.resolve("a.txt");
    AtomicFiles.write(file, "old");
    RunException failure =
        assertThrows(
            RunException.class,
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      out.write(new byte[1 << 20]);
                      throw new IOException("No space left on device");
                    }));
    assertEquals(file + ": cannot be written: No space left on device", failure.getMessage());
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("a.txt"), names(folder));
  }

  @Test
  void anUncheckedFailureLeavesNoTemporary() throws IOException {
    assertThrows(
        IllegalStateException.class,
        () ->
            AtomicFiles.write(
                folder.resolve("a.txt"),
                out -> {
                  throw new IllegalStateException("a bug");
                }));
    assertEquals(List.of(), names(folder));
  }

  @Test
  void theTemporaryStandsBesideTheFileWhileItIsWritten() {
    Path file = folder.resolve("a.txt");
    AtomicFiles.write(
        file,
        out -> {
          assertFalse(Files.exists(file));
          assertEquals(1, names(folder).size());
        });
    assertTrue(Files.exists(file));
  }

  @Test
  void wrongPlacesAreTheUsersMistake() throws IOException {
    Path plain = Files.writeString(folder.resolve("plain"), "");
    Path subfolder = Files.createDirectory(folder.resolve("sub"));
    String below = "text";
    assertUserError(() -> AtomicFiles.write(plain.resolve("x"), below), "cannot be written");
    assertUserError(
        () -> AtomicFiles.write(folder.resolve("gone/x"), below),
        "there is no folder " + folder.resolve("gone"));
    assertUserError(() -> AtomicFiles.write(Path.of("/proc/x"), below), "/proc takes no new files");
    assertUserError(() -> AtomicFiles.write(subfolder, below), "cannot be written");
    assertUserError(() -> AtomicFiles.createFolders(plain.resolve("x")), "cannot be written");
    assertEquals(List.of("plain", "sub"), names(folder));
  }

  @Test
  void aDeviceIsWrittenToAndStaysADevice() {
    AtomicFiles.write(Path.of("/dev/null"), "text");
    assertFalse(Files.isRegularFile(Path.of("/dev/null")));
    assertThrows(RunException.class, () -> AtomicFiles.write(Path.of("/dev/full"), "text"));
  }

  @Test
  void aLinkStaysALink() throws IOException {
    Path target = Files.writeString(folder.resolve("target"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    AtomicFiles.write(link, "new");
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(target));
  }

  @Test
  void foldersAppearWhole() throws IOException {
    Path run = folder.resolve("run");
    AtomicFiles.newFolder(
        run,
        inside -> {
          assertFalse(Files.exists(run));
          Files.createDirectory(inside.resolve("sub"));
          Files.writeString(inside.resolve("sub/a"), "a");
        });
    assertEquals("a", Files.readString(run.resolve("sub/a")));
    assertUserError(() -> AtomicFiles.newFolder(run, _ -> {}), "is there already");
    AtomicFiles.replaceFolder(run, inside -> Files.writeString(inside.resolve("b"), "b"));
    assertEquals(List.of("b"), names(run));
    assertEquals(List.of("run"), names(folder));
  }

  @Test
  void aFolderThatFailsIsNotThere() throws IOException {
    assertThrows(
        RunException.class,
        () ->
            AtomicFiles.newFolder(
                folder.resolve("run"),
                inside -> {
                  Files.writeString(inside.resolve("a"), "a");
                  throw new IOException("No space left on device");
                }));
    assertEquals(List.of(), names(folder));
  }

  @Test
  void deletingATreeDoesNotFollowLinks() throws IOException {
    Path kept = Files.createDirectory(folder.resolve("kept"));
    Files.writeString(kept.resolve("a"), "a");
    Path tree = Files.createDirectories(folder.resolve("tree/sub"));
    Files.createSymbolicLink(tree.resolve("link"), kept);
    AtomicFiles.deleteTree(folder.resolve("tree"));
    AtomicFiles.deleteTree(folder.resolve("never there"));
    assertEquals(List.of("kept"), names(folder));
    assertEquals(List.of("a"), names(kept));
  }

  private static void assertUserError(Runnable action, String said) {
    String message = assertThrows(UserException.class, action::run).getMessage();
    assertTrue(message.contains(said), message);
    assertEquals(1, message.lines().count(), message);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }
}
