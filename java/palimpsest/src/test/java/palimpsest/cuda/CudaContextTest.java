package palimpsest.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import palimpsest.base.EnvironmentException;

class CudaContextTest {
  @Test
  void refusesADriverThatCannotReadTheKernels() {
    assertEquals(
        "NVIDIA's driver is too old: it knows CUDA 12.4, the kernels need 13.0;"
            + " install driver 580 or newer",
        failure(new FakeDriver().version(12040), 0));
  }

  @Test
  void saysThatThereIsNoDevice() {
    String message =
        failure(
            new FakeDriver()
                .failing(100, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"),
            0);
    assertTrue(message.startsWith("no CUDA device: the driver finds none"), message);
    assertEquals(1, message.lines().count());
  }

  @Test
  void saysWhyTheDriverDoesNotStart() {
    assertEquals(
        "NVIDIA's driver does not start: cuInit: system has unsupported display driver / cuda"
            + " driver combination (CUDA_ERROR_SYSTEM_DRIVER_MISMATCH, 803); 'nvidia-smi' may say"
            + " more",
        failure(
            new FakeDriver()
                .failing(
                    803,
                    "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH",
                    "system has unsupported display driver / cuda driver combination"),
            0));
  }

  @Test
  void saysWhichDevicesThereAre() {
    assertEquals(
        "--device cuda:1: there is no such device; the driver has one, cuda:0",
        failure(new FakeDriver(), 1));
    assertEquals(
        "--device cuda:4: there is no such device; the driver has cuda:0 to cuda:3",
        failure(new FakeDriver().devices(4), 4));
  }

  @Test
  void failsWhenItIsClosedBeforeEverythingIsGivenBack() {
    CudaContext context = CudaContext.open(new LeakReport(new FakeDriver()), 0);
    long pointer = context.driver().cuMemAlloc(1 << 20);
    assertEquals(4096, pointer);
    String report = assertThrows(IllegalStateException.class, context::close).getMessage();
    assertTrue(
        report.contains(
            "1,048,576 bytes of device memory, made at palimpsest.cuda.CudaContextTest"),
        report);
    context.driver().cuMemFree(pointer);
    context.close();
  }

  private static String failure(CudaDriver driver, int ordinal) {
    return assertThrows(EnvironmentException.class, () -> CudaContext.open(driver, ordinal))
        .getMessage();
  }
}
