package palimpsest.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import palimpsest.base.EnvironmentException;

/**
 * A new folder that none but its owner may enter, for shared libraries on their way from a jar into
 * the process. Once they are loaded they stay mapped; closing removes the files, so that nobody can
 * swap them and nothing is left behind.
 */
public final class NativeFolder implements AutoCloseable {
  private final Path folder;
  private final List<Path> files = new ArrayList<>();

  private NativeFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * @param name what it is for, a part of its name
   */
  public static NativeFolder create(String name) {
    try {
      // Files gives the folders that it makes in the temporary one the rights 0700.
      return new NativeFolder(Files.createTempDirectory("palimpsest-" + name));
    } catch (IOException e) {
      throw failure(name, e);
    }
  }

  public Path path() {
    return folder;
  }

  /**
   * Writes a library that must be the one that is known.
   *
   * @param sha256 of its bytes, in hexadecimal
   */
  public Path add(String name, InputStream content, String sha256) {
    Path file = folder.resolve(name);
    files.add(file);
    MessageDigest digest = Sha256.digest();
    try {
      Files.copy(new DigestInputStream(content, digest), file);
      String found = Sha256.hex(digest);
      if (!found.equals(sha256)) {
        Files.delete(file);
        throw new EnvironmentException(
            "%s on the class path is not the file that was released: its SHA-256 is %s, not %s"
                .formatted(name, found, sha256));
      }
      return file;
    } catch (IOException e) {
      throw failure(name, e);
    }
  }

  /**
   * The same with a library of the class path.
   *
   * @param resource its whole name, from the root
   */
  public Path addResource(String resource, String sha256) {
    try (InputStream content = NativeFolder.class.getResourceAsStream(resource)) {
      if (content == null) {
        throw new EnvironmentException("the class path has no " + resource.substring(1));
      }
      return add(resource.substring(resource.lastIndexOf('/') + 1), content, sha256);
    } catch (IOException e) {
      throw failure(resource, e);
    }
  }

  @Override
  public void close() {
    try {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw failure(folder.getFileName().toString(), e);
    }
  }

  private static EnvironmentException failure(String name, IOException e) {
    return new EnvironmentException(
        "%s could not be unpacked to %s (%s); another folder: PALIMPSEST_JAVA_OPTIONS=-Djava.io.tmpdir=FOLDER"
            .formatted(name, System.getProperty("java.io.tmpdir"), e.getMessage()),
        e);
  }
}
