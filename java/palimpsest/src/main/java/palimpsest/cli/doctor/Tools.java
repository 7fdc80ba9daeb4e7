package palimpsest.cli.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import palimpsest.cuda.CudaDrivers;
import palimpsest.cuda.NvtxLibrary;

/** The optional programs: what they are, and what one does without where they are not. */
final class Tools {
  private static final int PATIENCE_SECONDS = 20;

  private Tools() {}

  /** What {@code --device sim} runs on. */
  static Finding simulator() {
    return CudaDrivers.simulator()
        .map(place -> Finding.ok("simulator", place + ": --device sim runs the CUDA kernels here"))
        .orElse(
            Finding.note(
                "simulator", "not built", "--device sim needs it; the build makes it with g++"));
  }

  /** What marks a profile's ranges. */
  static Finding nvtx() {
    return NvtxLibrary.find()
        .map(file -> Finding.ok("NVTX", file.toString()))
        .orElse(
            Finding.note(
                "NVTX",
                "no libnvtx3interop.so.1",
                "profiles by nsys name no layers; a CUDA toolkit 13 has it"));
  }

  static Finding compiler() {
    return output("g++", "-dumpfullversion")
        .map(version -> Finding.ok("g++", version))
        .orElse(Finding.note("g++", "not found", "builds leave out the simulator of --device sim"));
  }

  static Finding cudaCompiler() {
    return output("nvcc", "--version")
        .map(text -> Finding.ok("nvcc", release(text)))
        .orElse(Finding.note("nvcc", "not found", "builds leave out the kernels of --device cuda"));
  }

  private static String release(String text) {
    return text.replaceFirst("(?s).*release ([0-9.]+).*", "$1");
  }

  /**
   * The Python of the tests.
   *
   * @param environment where {@code PALIMPSEST_PYTHON} may name another than {@code python3}
   */
  static Finding python(Map<String, String> environment) {
    String program =
        "from importlib.metadata import version\n"
            + "print(', '.join(p + ' ' + version(p) for p in ('torch', 'transformers', 'pandas')))";
    String python = environment.getOrDefault("PALIMPSEST_PYTHON", "python3");
    return output(python, "-c", program)
        .map(versions -> Finding.ok("Python", versions))
        .orElse(
            Finding.note(
                "Python",
                "%s with torch, transformers and pandas: not found".formatted(python),
                "the tests that compare with them are skipped; runs need none of it"));
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
