package palimpsest.ops.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.base.EnvironmentException;

class CpuDeviceTest {
  @Test
  void memoryThatIsNotThereSaysWhoAskedForIt() {
    try (var device = new CpuDevice(1)) {
      var missing =
          assertThrows(
              EnvironmentException.class, () -> device.allocate(1L << 50, "the activations"));
      assertTrue(
          missing
              .getMessage()
              .matches(
                  "no memory for the activations: 1,073,741,824 MiB were asked for, [\\d,]+ MiB are"
                      + " free; a smaller batch or model needs less"),
          missing.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({"auto, oneDNN [\\d.]+ .* and OpenBLAS .*", "openblas, OpenBLAS .*"})
  void namesTheLibrariesThatItsBitsDependOn(String library, String libraries) {
    List<String> notes = new ArrayList<>();
    try (var device = new CpuDevice(1, new BlasChoice(library, BlasChoice.ANY), notes::add)) {
      assertTrue(device.fingerprint().matches(libraries + "-bit vectors, 1 threads, JDK \\d+"));
      assertEquals(List.of(), notes);
    }
  }
}
