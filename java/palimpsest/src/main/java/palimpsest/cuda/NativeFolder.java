package palimpsest.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
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

  /** Writes a library. */
  public Path add(String name, InputStream content) {
    Path file = folder.resolve(name);
    files.add(file);
    try {
      Files.copy(content, file);
      return file;
    } catch (IOException e) {
      throw failure(name, e);
    }
  }

  /**
   * Writes a library that must be the one that is known.
   *
   * @param sha256 of its bytes, in hexadecimal
   */
  public Path add(String name, InputStream content, String sha256) {
    try {
      byte[] bytes = content.readAllBytes();
      String found = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      if (!found.equals(sha256)) {
        throw new EnvironmentException(
            "%s on the class path is not the file that was released: its SHA-256 is %s, not %s"
                .formatted(name, found, sha256));
      }
      Path file = folder.resolve(name);
      files.add(file);
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw failure(name, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
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
