package palimpsest.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import palimpsest.base.UserException;
import palimpsest.io.AtomicFiles;
import palimpsest.io.FileProblem;
import palimpsest.report.Results;

/** The folder that a run leaves behind, and where everything in it is. */
public record RunFolder(Path root) {
  /** A new folder for a run of this configuration; refuses one that has something in it. */
  public static RunFolder create(Path root, Config config) {
    var folder = new RunFolder(root);
    if (Files.exists(root) && !isEmptyFolder(root)) {
      throw new UserException(
          folder.isRun()
              ? "%s: holds a run already; name another folder with --out, or go on with it: --resume %s"
                  .formatted(root, root)
              : "%s: is there already; name a new folder with --out".formatted(root));
    }
    AtomicFiles.createFolders(root);
    folder.write(config);
    return folder;
  }

  /** The folder of a run to go on with. */
  public static RunFolder resume(Path root) {
    var folder = new RunFolder(root);
    if (!folder.isRun()) {
      throw new UserException(
          Files.isDirectory(root)
              ? "%s: not the folder of a run: it holds no config.yaml".formatted(root)
              : "%s: there is no such folder to go on with".formatted(root));
    }
    folder.removePartial();
    return folder;
  }

  /** Writes {@code config.yaml}. */
  void write(Config config) {
    ConfigFile.write(configuration(), config);
  }

  public Path configuration() {
    return root.resolve("config.yaml");
  }

  public Path metrics() {
    return root.resolve("metrics.jsonl");
  }

  /** The run log as TensorBoard reads it. */
  public Path tensorBoard() {
    return root.resolve("tensorboard");
  }

  public Path results() {
    return root.resolve(Results.FILE);
  }

  /** Raw answers, a file for each phase, and the questions they answer, a file for each seed. */
  public Path predictions() {
    return root.resolve("predictions");
  }

  /** A folder for each phase, in a folder for each seed. */
  public Path checkpoints() {
    return root.resolve("checkpoints");
  }

  private boolean isRun() {
    return Files.isRegularFile(configuration());
  }

  /** What a run that was killed had not finished. */
  private void removePartial() {
    if (!Files.isDirectory(checkpoints())) {
      return;
    }
    try (Stream<Path> paths = Files.walk(checkpoints(), 2)) {
      List<Path> partial =
          paths.filter(path -> path.getFileName().toString().matches("\\..*\\.partial")).toList();
      partial.forEach(AtomicFiles::deleteTree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isEmptyFolder(Path folder) {
    try (Stream<Path> entries = Files.isDirectory(folder) ? Files.list(folder) : null) {
      return entries != null && entries.findAny().isEmpty();
    } catch (IOException e) {
      throw FileProblem.reading(folder, e);
    }
  }
}
