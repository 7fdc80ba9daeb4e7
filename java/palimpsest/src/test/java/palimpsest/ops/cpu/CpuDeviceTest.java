package palimpsest.ops.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.base.EnvironmentException;
import palimpsest.ops.DType;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Tensor;

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

  /**
   * A file whose name is gone before anything is in it: nothing is left behind, however it ends.
   */
  @Test
  void overflowIsMemoryInAFileWithoutAName() throws IOException {
    try (var device = new CpuDevice(1);
        DeviceMemory memory = device.allocateOverflow((3 << 20) + 64, "outputs")) {
      Tensor tensor = memory.tensor(3 << 20, DType.FP32, 3);
      float[] written = {1, -2, 0.5f};
      device.write(tensor, written);
      float[] read = new float[3];
      device.read(tensor, read, 3);
      assertArrayEquals(written, read);
      try (Stream<Path> files = Files.list(ScratchFile.folder())) {
        assertTrue(files.noneMatch(file -> file.toString().endsWith(ScratchFile.SUFFIX)));
      }
    }
  }

  @Test
  void overflowThatIsNotThereSaysWhere() {
    try (var device = new CpuDevice(1)) {
      var missing =
          assertThrows(
              EnvironmentException.class, () -> device.allocateOverflow(1L << 50, "outputs"));
      assertTrue(
          missing.getMessage().startsWith("no file for outputs: 1,073,741,824 MiB could not be"),
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
