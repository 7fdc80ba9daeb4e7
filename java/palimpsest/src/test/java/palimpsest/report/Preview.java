package palimpsest.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes made-up run folders, to look at their pages: {@code Preview FOLDER}. */
final class Preview {
  private Preview() {}

  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[0]);
    write(root.resolve("tiny"), MadeUpResults.tiny());
    write(root.resolve("crowded"), MadeUpResults.crowded());
    write(root.resolve("minimal"), MadeUpResults.minimal());
  }

  private static void write(Path folder, Results results) throws IOException {
    Files.createDirectories(folder);
    results.write(folder.resolve(Results.FILE));
    MadeUpFindings.write(folder);
    Files.writeString(
        folder.resolve("config.yaml"), "preset: " + results.preset() + "\nmodel:\n  layers: 4\n");
    System.out.println(ReportPage.write(folder));
  }
}
