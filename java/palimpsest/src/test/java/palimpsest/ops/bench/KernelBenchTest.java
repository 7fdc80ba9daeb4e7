package palimpsest.ops.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import palimpsest.base.StopRequest;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.TestDevices;
import palimpsest.ops.work.ModelShape;
import palimpsest.testing.JsonSchemas;

/** Small shapes, on the CPU and on the simulator. */
@Tag(TestDevices.CONTRACT)
@ParameterizedClass(name = "{0}")
@MethodSource("palimpsest.ops.TestDevices#dtypes")
class KernelBenchTest {
  private static final Effort SHORT = new Effort(2, 0.001, 0.5);

  @Parameter DType dtype;

  @Test
  void everyOperationIsMeasuredColdAndWarm() {
    ModelShape shape = ModelShape.named("micro").with("B=1,T=5,V=37");
    try (Device device = TestDevices.open(dtype)) {
      var bench = new KernelBench(shape, List.of(), SHORT, "a test", new StopRequest());
      BenchReport report = bench.on(device);
      assertEquals(2 * Cases.of(shape, List.of()).size(), report.figures().size());
      assertEquals(List.of(), report.skipped());
      for (BenchReport.Row row : report.figures()) {
        assertEquals(2, row.time().rounds().size(), row.name());
        assertTrue(row.time().min() > 0, row.name());
        assertTrue(row.time().low() <= row.time().median(), row.name());
        assertEquals(row.bytes() / row.time().median(), row.bytesPerSecond(), row.name());
      }
      if (!device.kind().equals("cuda")) {
        assertNull(report.gpu());
        assertEquals("no GPU: measured on " + device.kind(), report.gpuAbsent());
      }
      JsonSchemas.check("kernels-bench.json", report);
    }
  }

  @Test
  void whatDoesNotFitIsLeftOutWithTheReason() {
    ModelShape shape = ModelShape.named("micro").with("B=64,T=4096,V=1000000");
    try (Device device = TestDevices.open(dtype)) {
      var bench =
          new KernelBench(shape, List.of("crossentropy"), SHORT, "a test", new StopRequest());
      BenchReport report = bench.on(device);
      assertEquals(List.of(), report.figures());
      assertEquals(2, report.skipped().size());
      assertTrue(
          report
              .skipped()
              .getFirst()
              .reason()
              .matches("its tensors take .*, and .* may be used here"),
          report.skipped().getFirst().reason());
      JsonSchemas.check("kernels-bench.json", report);
    }
  }
}
