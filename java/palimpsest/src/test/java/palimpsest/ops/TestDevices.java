package palimpsest.ops;

import java.util.stream.Stream;
import palimpsest.base.UserException;
import palimpsest.cuda.CudaDrivers;
import palimpsest.cuda.CudaPlatform;
import palimpsest.ops.cpu.CpuDevice;
import palimpsest.ops.cpu.OpenBlas;
import palimpsest.ops.cuda.CudaDevice;
import palimpsest.testing.OptionalTools;

/**
 * The device that tests of operations run on: {@code -Dpalimpsest.test.device=cpu}, {@code sim} or
 * {@code cuda}, with {@code -Dpalimpsest.test.driver=ffm} or {@code jcuda}. One in a process, for a
 * process holds one {@code libcuda.so.1}.
 */
public final class TestDevices {
  public static final String DEVICE = System.getProperty("palimpsest.test.device", "cpu");

  public static final String DRIVER = System.getProperty("palimpsest.test.driver", CudaDrivers.FFM);

  private TestDevices() {}

  /** What the device computes in. */
  public static Stream<DType> dtypes() {
    return DEVICE.equals("cpu") ? Stream.of(DType.FP32) : Stream.of(DType.FP32, DType.BF16);
  }

  /** A new one, of one lane. */
  public static Device open(DType dtype) {
    return switch (DEVICE) {
      case "cpu" -> new CpuDevice(1, OpenBlas.AUTODETECT);
      case "sim" -> {
        OptionalTools.simulator();
        yield cuda(CudaPlatform.SIMULATOR, dtype);
      }
      case "cuda" -> cuda(CudaPlatform.GPU, dtype);
      default ->
          throw new UserException(
              "-Dpalimpsest.test.device=%s: must be cpu, sim or cuda".formatted(DEVICE));
    };
  }

  private static CudaDevice cuda(CudaPlatform platform, DType dtype) {
    return CudaDevice.open(platform, DRIVER, 0, dtype, System.err::println);
  }
}
