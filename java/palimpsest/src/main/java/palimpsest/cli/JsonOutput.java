package palimpsest.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import palimpsest.base.UserException;
import palimpsest.io.AtomicFiles;
import picocli.CommandLine.Option;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The option {@code --json FILE|-}: the answer for scripts. */
final class JsonOutput {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .build();

  @Option(
      names = "--json",
      paramLabel = "FILE|-",
      description = "Write the answer as JSON: to a file, or in place of the table (-).")
  private String target;

  /** Refuses a file that could not be written, before the work whose answer it is to hold. */
  void check() {
    if (target == null || takesStandardOutput()) {
      return;
    }
    Path file = Path.of(target);
    Path folder = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file)) {
      throw new UserException("--json: %s is a folder; name a file".formatted(file));
    }
    if (folder == null || !Files.isDirectory(folder)) {
      throw new UserException("--json: there is no folder %s".formatted(folder));
    }
  }

  /** Writes the answer where it was asked for: the table, the JSON or both. */
  void write(Console console, String table, Object answer) {
    if (!takesStandardOutput()) {
      console.out().print(table);
    }
    if (target != null) {
      String text = JSON.writeValueAsString(answer) + "\n";
      if (takesStandardOutput()) {
        console.out().print(text);
      } else {
        AtomicFiles.write(Path.of(target), text);
      }
    }
  }

  private boolean takesStandardOutput() {
    return "-".equals(target);
  }
}
