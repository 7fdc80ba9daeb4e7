package palimpsest.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import palimpsest.base.UserException;
import palimpsest.io.AtomicFiles;
import palimpsest.report.Roofline;
import picocli.CommandLine.Option;

/** The option {@code --roofline FILE.svg}. */
final class RooflineOption {
  @Option(
      names = "--roofline",
      paramLabel = "FILE.svg",
      description = "Draw the roofline: a dot an operation under what the device can do.")
  private Path file;

  /** Refuses a file that could not be written, before the work that it is to show. */
  void check() {
    if (file != null && !Files.isDirectory(file.toAbsolutePath().getParent())) {
      throw new UserException(
          "--roofline: there is no folder %s".formatted(file.toAbsolutePath().getParent()));
    }
  }

  void write(Roofline roofline) {
    if (file != null) {
      AtomicFiles.write(file, roofline.svg());
    }
  }
}
