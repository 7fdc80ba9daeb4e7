package palimpsest.cli.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The optional programs: what they are, and what one does without where they are not. */
final class Tools {
  private static final int PATIENCE_SECONDS = 20;
  private static final String NOT_NEEDED = "nothing in this version needs it";

  private Tools() {}

  static Finding compiler() {
    return output("g++", "-dumpfullversion")
        .map(version -> Finding.ok("g++", version))
        .orElse(Finding.note("g++", "not found", NOT_NEEDED));
  }

  static Finding cudaCompiler() {
    return output("nvcc", "--version")
        .map(text -> Finding.ok("nvcc", release(text)))
        .orElse(Finding.note("nvcc", "not found", NOT_NEEDED));
  }

  private static String release(String text) {
    return text.replaceFirst("(?s).*release ([0-9.]+).*", "$1");
  }

  static Finding transformers() {
    String program =
        "from importlib.metadata import version as v\n"
            + "print('transformers', v('transformers'), 'torch', v('torch'))";
    return output("python3", "-c", program)
        .map(versions -> Finding.ok("Python", versions))
        .orElse(
            Finding.note(
                "Python",
                "no python3 with transformers and torch",
                "the tests that compare with them are skipped; nothing else needs it"));
  }

  /** What a program prints; empty where it is not there, fails or hangs. */
  private static Optional<String> output(String... command) {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        return Optional.empty();
      }
      byte[] printed = process.getInputStream().readAllBytes();
      return Optional.of(new String(printed, StandardCharsets.UTF_8).strip());
    } catch (IOException _) {
      return Optional.empty();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
