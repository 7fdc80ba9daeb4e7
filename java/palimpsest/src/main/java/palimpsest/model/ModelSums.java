package palimpsest.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import palimpsest.base.UserException;
import palimpsest.io.AtomicFiles;
import palimpsest.io.FileProblem;
import palimpsest.io.InputFile;
import palimpsest.io.OneLine;
import palimpsest.io.Sha256;

/**
 * Checksums beside a model that this program wrote, as {@code sha256sum --check} reads them. A
 * flipped bit in a weight, a size or a word would otherwise be believed. Folders from elsewhere
 * have no such file and are taken as they are.
 */
public final class ModelSums {
  /** The file of the sums. */
  public static final String FILE = "model.sha256";

  /** What a model may consist of; nothing else is looked at, whatever the file names. */
  private static final List<String> PARTS =
      List.of(
          "config.json",
          "model.safetensors",
          ModelFolder.INSERT,
          "tokenizer.json",
          "tokenizer_config.json");

  private static final int LARGEST_BYTES = 4096;

  private ModelSums() {}

  /** Writes down the sums of a folder that has everything in it. */
  public static void write(Path folder) {
    AtomicFiles.write(folder.resolve(FILE), String.join("", lines(folder)));
  }

  /**
   * Does nothing where there are no sums.
   *
   * @throws UserException naming the file that is not what was written
   */
  public static void check(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return;
    }
    String written = InputFile.text(file, LARGEST_BYTES, "list of checksums");
    List<String> found = lines(folder);
    if (String.join("", found).equals(written)) {
      return;
    }
    String part =
        found.stream()
            .filter(line -> !written.contains(line))
            .findFirst()
            .map(
                line ->
                    folder.resolve(line.substring(line.lastIndexOf(' ') + 1).strip()).toString())
            .orElse(folder + ": a file is missing, or " + FILE);
    throw new UserException(
        OneLine.of(
            "%s is not what was written, by its checksum in %s; if it was changed on purpose, remove %s"
                .formatted(part, FILE, file)));
  }

  private static List<String> lines(Path folder) {
    return PARTS.stream().map(part -> line(folder, part)).flatMap(Optional::stream).toList();
  }

  private static Optional<String> line(Path folder, String part) {
    Path file = folder.resolve(part);
    try {
      return Files.isRegularFile(file)
          ? Optional.of("%s  %s\n".formatted(Sha256.of(file), part))
          : Optional.empty();
    } catch (IOException e) {
      throw FileProblem.reading(file, e);
    }
  }
}
