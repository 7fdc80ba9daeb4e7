package palimpsest.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import palimpsest.base.UserException;
import palimpsest.io.AtomicFiles;
import palimpsest.io.FileProblem;
import palimpsest.report.Results;

/** The folder that a run leaves behind, and where everything in it is. */
public record RunFolder(Path root) {
  /** A new folder for a run of this configuration; refuses one that has something in it. */
  public static RunFolder create(Path root, Config config) {
    refuseTaken(root);
    var folder = new RunFolder(root);
    AtomicFiles.createFolders(root);
    folder.removePartial();
    folder.write(config);
    return folder;
  }

  /** Refuses a folder that has something in it. */
  static void refuseTaken(Path root) {
    if (Files.exists(root) && !isFree(root)) {
      throw new UserException(
          new RunFolder(root).isRun()
              ? "%s: holds a run already; name another folder with --out, or go on with it: --resume %s"
                  .formatted(root, root)
              : "%s: is there already; name a new folder with --out".formatted(root));
    }
  }

  /** The folder of a run to go on with, by nobody but the caller: what is unfinished is removed. */
  public static RunFolder resume(Path root) {
    RunFolder folder = begun(root);
    folder.removePartial();
    return folder;
  }

  /** The folder of a run that has begun. */
  static RunFolder begun(Path root) {
    var folder = new RunFolder(root);
    if (!folder.isRun()) {
      throw new UserException(
          Files.isDirectory(root)
              ? "%s: not the folder of a run: it holds no config.yaml".formatted(root)
              : "%s: there is no such folder to go on with".formatted(root));
    }
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

  /** Steps that were not finite, a file each; there only if there was one. */
  Path nonFinite() {
    return root.resolve("nonfinite");
  }

  /** What has computed the run. */
  Path lineage() {
    return root.resolve("numerics.json");
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
    try (Stream<Path> paths = Files.walk(root)) {
      paths.filter(AtomicFiles::isTemporary).toList().forEach(AtomicFiles::deleteTree);
    } catch (IOException e) {
      throw FileProblem.reading(root, e);
    }
  }

  /** Whether it is a folder with nothing in it but what a run left that never began. */
  static boolean isFree(Path folder) {
    try (Stream<Path> entries = Files.isDirectory(folder) ? Files.list(folder) : null) {
      return entries != null
          && entries.allMatch(
              entry -> AtomicFiles.isTemporary(entry) || entry.endsWith(RunLock.FILE));
    } catch (IOException e) {
      throw FileProblem.reading(folder, e);
    }
  }
}
