package palimpsest.report;

import java.nio.file.Files;
import java.nio.file.Path;
import palimpsest.base.UserException;
import palimpsest.io.InputFile;

/** What a run left behind, read for those who only look at it. */
final class RunFolder {
  private static final int LARGEST_CONFIG = 1 << 20;

  private RunFolder() {}

  /** What a run is called: the last name of its path, however it was typed. */
  static String name(Path folder) {
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return name == null ? folder.toString() : name.toString();
  }

  /** The results of a run folder; a {@code UserException} where it is not one. */
  static Results results(Path folder) {
    if (!Files.exists(folder)) {
      throw new UserException(folder + ": no such folder; name the folder of a run");
    }
    if (!Files.isDirectory(folder)) {
      throw new UserException(folder + ": not a folder; name the folder of a run");
    }
    Path results = folder.resolve(Results.FILE);
    if (!Files.exists(results)) {
      throw new UserException(
          Files.exists(folder.resolve("config.yaml"))
              ? folder
                  + ": the run has no results yet; palimpsest run --resume "
                  + folder
                  + " goes on with it"
              : folder + ": not the folder of a run: it holds no " + Results.FILE);
    }
    return Results.read(results);
  }

  /** The text of {@code config.yaml}; {@code null} if there is none. */
  static String config(Path folder) {
    Path config = folder.resolve("config.yaml");
    return Files.exists(config) ? InputFile.text(config, LARGEST_CONFIG, "configuration") : null;
  }
}
