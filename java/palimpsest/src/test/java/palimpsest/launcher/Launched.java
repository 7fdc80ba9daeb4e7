package palimpsest.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** What a command outside of this virtual machine said, and how it ended. */
record Launched(int code, String out, String err) {
  /**
   * Waits until standard error is closed by all that write to it: what the launcher's watcher says
   * after the program has ended would be lost to a process that is over, as Java sees it.
   */
  private static final String HEARD =
      "{ \"$@\" 2>&1 >&3 3>&- | cat >&2; exit ${PIPESTATUS[0]}; } 3>&1";

  /** The repository; the build names it, for tests that need the packaged program. */
  static Path root() {
    String root = System.getProperty("palimpsest.root");
    Assumptions.assumeTrue(root != null, "needs the packaged program: run ./mvnw verify");
    return Path.of(root);
  }

  static Launched palimpsest(String... arguments) throws IOException, InterruptedException {
    return run(
        root(), Map.of(), command(root().resolve("palimpsest").toString(), List.of(arguments)));
  }

  static List<String> command(String program, List<String> arguments) {
    return Stream.concat(Stream.of(program), arguments.stream()).toList();
  }

  /** Runs a command in a folder with some more variables in its environment, until it has ended. */
  static Launched run(Path folder, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    return ended(
        start(
            folder,
            environment,
            command("bash", command("-c", command(HEARD, command("bash", command))))));
  }

  static Process start(Path folder, Map<String, String> environment, List<String> command)
      throws IOException {
    // A parent that works in the background may ignore Ctrl-C, and its children would inherit that.
    ProcessBuilder builder =
        new ProcessBuilder(command("env", command("--default-signal=INT", command)))
            .directory(folder.toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }

  static Launched ended(Process process) throws IOException, InterruptedException {
    CompletableFuture<String> out = text(process.getInputStream());
    CompletableFuture<String> err = text(process.getErrorStream());
    process.getOutputStream().close();
    return new Launched(process.waitFor(), out.join(), err.join());
  }

  List<String> errLines() {
    return err.lines().toList();
  }

  private static CompletableFuture<String> text(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
