package palimpsest.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import palimpsest.io.AtomicFiles;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The option {@code --json FILE|-}: the answer for scripts. */
final class JsonOutput {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  @Option(
      names = "--json",
      paramLabel = "FILE|-",
      description = "Write the answer as JSON to a file, or instead of the table (-).")
  private String target;

  /** Whether the JSON takes the place of the table. */
  boolean takesStandardOutput() {
    return "-".equals(target);
  }

  /** Writes the answer where it was asked for, if it was. */
  void write(Console console, Object answer) {
    if (target == null) {
      return;
    }
    String text = JSON.writeValueAsString(answer) + "\n";
    if (takesStandardOutput()) {
      console.out().print(text);
    } else {
      AtomicFiles.write(Path.of(target), text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
