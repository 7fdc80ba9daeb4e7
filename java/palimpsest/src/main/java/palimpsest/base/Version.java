package palimpsest.base;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Properties;

/** Which Palimpsest this is, as the build wrote it down. */
public final class Version {
  private static final Properties BUILD = read();

  private Version() {}

  /** The version, such as {@code 0.1.0}. */
  public static String number() {
    return BUILD.getProperty("version");
  }

  /**
   * The git commit it was built from, abbreviated; {@code +} follows where files had been changed.
   * Empty when it was not built from a git checkout.
   */
  public static Optional<String> commit() {
    String commit = BUILD.getProperty("commit");
    if (commit.startsWith("${")) { // Maven leaves the placeholder where it knows no commit
      return Optional.empty();
    }
    return Optional.of(Boolean.parseBoolean(BUILD.getProperty("changed")) ? commit + "+" : commit);
  }

  private static Properties read() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/palimpsest/build.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }
}
