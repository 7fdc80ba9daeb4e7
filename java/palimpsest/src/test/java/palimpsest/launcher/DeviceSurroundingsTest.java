package palimpsest.launcher;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.testing.OptionalTools;

/**
 * Devices that cannot be had, or not for this: one line, exit code 3, and no run is left behind.
 */
@Tag("launcher")
class DeviceSurroundingsTest {
  @TempDir Path folder;

  @BeforeAll
  static void simulator() {
    OptionalTools.simulator();
  }

  @Test
  void tooLittleMemorySaysWhatWasAskedAndWhatIsLargest() throws Exception {
    refused(
        Map.of("PALIMPSEST_SIM_MEMORY", "6000000"),
        List.of(),
        "MiB were asked for",
        "are free",
        "the largest of the activations: logits");
  }

  @Test
  void aHeadTheKernelsDoNotHave() throws Exception {
    refused(Map.of(), List.of("--set", "model.width=320", "--set", "model.heads=2"), "head", "128");
  }

  @Test
  void aSimulatorThatIsNotThere() throws Exception {
    refused(
        Map.of("PALIMPSEST_JAVA_OPTIONS", "-Dpalimpsest.simulator=" + folder),
        List.of(),
        "libcuda.so.1",
        "native/build");
  }

  private void refused(Map<String, String> environment, List<String> more, String... words)
      throws Exception {
    Path out = folder.resolve("run");
    List<String> command = new ArrayList<>();
    command.add(Launched.root().resolve("palimpsest").toString());
    command.addAll(List.of("run", "micro", "--device", "sim", "--no-cache", "--quiet"));
    command.addAll(List.of("--out", out.toString()));
    command.addAll(more);
    Launched launched = Launched.run(folder, environment, command);
    assertAll(
        () -> assertEquals(3, launched.code(), launched.err()),
        () -> assertEquals(1, launched.errLines().size(), launched.err()),
        () -> assertFalse(Files.exists(out.resolve("results.json")), "results of a refused run"));
    for (String word : words) {
      assertTrue(launched.err().contains(word), launched.err());
    }
  }
}
