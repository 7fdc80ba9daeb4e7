package palimpsest.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command of the README, in its order in one folder, with {@code micro} for longer presets.
 */
@Tag("launcher")
class ReadmeTest {
  private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

  /** What the README says of a line that {@code eval} takes. */
  private static final Pattern LINE = Pattern.compile("`(\\{\"prompt\".*?\\})`");

  @TempDir Path folder;

  @Test
  void everyCommandWorks() throws Exception {
    String readme = Files.readString(Launched.root().resolve("README.md"));
    Matcher line = LINE.matcher(readme);
    assertTrue(line.find(), "the README shows a line for eval");
    Files.writeString(folder.resolve("held-out.jsonl"), line.group(1) + "\n");
    List<String> commands = commands(readme);
    assertTrue(commands.size() > 8, "commands were found: " + commands);
    Map<String, String> environment =
        Map.of("PALIMPSEST_CACHE", folder.resolve("cache").toString());
    for (String command : commands) {
      Launched launched =
          Launched.run(folder, environment, List.of("bash", "-c", runnable(command)));
      assertEquals(0, launched.code(), () -> command + "\n" + launched.err());
    }
    assertTrue(Files.exists(folder.resolve("runs/two/report.html")), "the report is there");
  }

  private static List<String> commands(String readme) {
    List<String> commands = new ArrayList<>();
    Matcher block = BLOCK.matcher(readme);
    while (block.find()) {
      // ./mvnw verify is what runs this test.
      block.group(1).lines().filter(line -> line.startsWith("./palimpsest")).forEach(commands::add);
    }
    return commands;
  }

  private static String runnable(String command) {
    String launcher = "'" + Launched.root().resolve("palimpsest") + "'";
    String shorter =
        command
            .replaceAll(" run( tiny| small| micro)?(?= |$)(?! --resume| --help)", " run micro")
            .replaceAll("(profile|--model) tiny", "$1 micro");
    return shorter.replaceFirst("^\\./palimpsest", Matcher.quoteReplacement(launcher));
  }
}
