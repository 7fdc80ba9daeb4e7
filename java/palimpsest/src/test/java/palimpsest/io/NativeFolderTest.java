package palimpsest.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import palimpsest.base.EnvironmentException;

class NativeFolderTest {
  private static final byte[] CONTENT = {'a', 'b', 'c'};
  private static final String SHA256 =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void isItsOwnersAloneAndGoneWhenClosed() throws IOException {
    Path path;
    try (NativeFolder folder = NativeFolder.create("test")) {
      path = folder.path();
      assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));

      assertEquals("abc", Files.readString(folder.add("checked", content(), SHA256)));
    }
    assertFalse(Files.exists(path));
  }

  @Test
  void refusesWhatIsNotTheReleasedFile() {
    String other = SHA256.replace('b', 'c');
    try (NativeFolder folder = NativeFolder.create("test")) {
      assertEquals(
          "library on the class path is not the file that was released: its SHA-256 is %s, not %s"
              .formatted(SHA256, other),
          assertThrows(EnvironmentException.class, () -> folder.add("library", content(), other))
              .getMessage());
      assertFalse(Files.exists(folder.path().resolve("library")));
    }
  }

  private static InputStream content() {
    return new ByteArrayInputStream(CONTENT);
  }
}
