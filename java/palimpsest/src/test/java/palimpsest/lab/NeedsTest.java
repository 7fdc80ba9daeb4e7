package palimpsest.lab;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import palimpsest.base.EnvironmentException;
import palimpsest.ops.cpu.CpuDevice;

class NeedsTest {
  private static final Path RUN = Path.of("runs/one");
  private static final long LOTS = 1L << 50;

  private static Needs of(String... overrides) {
    Config config =
        ConfigFile.load("tiny", List.of(overrides).stream().map(ConfigOverride::parse).toList());
    try (var device = new CpuDevice(2)) {
      return Needs.of(
          config,
          new BiographyTasks(config, config.seeds().getFirst()),
          device,
          OptionalInt.empty());
    }
  }

  /** Of tiny: 4 MB a model, of which a run keeps some twenty. */
  @Test
  void saysWhatARunKeeps() {
    Needs needs = of("methods=[seq,freeze:2,replay:0.2]");
    assertTrue(needs.disk() > 80 << 20 && needs.disk() < 300 << 20, needs.text());
    assertTrue(needs.disk() < of("methods=[seq,freeze:2,replay:0.2]", "seeds=[1,2]").disk());
    assertTrue(needs.device() < of("model.width=256").device());
  }

  @Test
  void saysWhereOutputsOfFrozenLayersGo() {
    assertFalse(of("device.prefix_overflow=3072").text().contains("frozen"));
    String text = of("device.prefix_cache=64", "device.prefix_overflow=3072").text();
    assertTrue(text.contains(", 3.0 GiB for outputs of frozen layers, and what"), text);
  }

  @Test
  void refusesWhatIsNotThere() {
    var needs = new Needs(1L << 31, 1L << 32, 1L << 28, 0);
    assertDoesNotThrow(() -> needs.check(RUN, 0, new Needs.Supply(LOTS, LOTS, LOTS)));
    refused(
        "2.0 GiB there, and 100 MiB are free", needs, 0, new Needs.Supply(100 << 20, LOTS, LOTS));
    refused("needs 4.0 GiB of memory", needs, 0, new Needs.Supply(LOTS, 1 << 30, LOTS));
    refused("-Xmx2g", needs, 0, new Needs.Supply(LOTS, LOTS, 1 << 20));
    assertDoesNotThrow(
        () -> needs.check(RUN, 2000L << 20, new Needs.Supply(100 << 20, LOTS, LOTS)),
        "most of it is written already");
  }

  @Test
  void sizesAreReadable() {
    assertEquals("1 MiB", Needs.bytes(7));
    assertEquals("1.5 GiB", Needs.bytes(3L << 29));
  }

  private static void refused(String expected, Needs needs, long there, Needs.Supply supply) {
    String message =
        assertThrows(EnvironmentException.class, () -> needs.check(RUN, there, supply))
            .getMessage();
    assertTrue(message.contains(expected), message);
  }
}
