package palimpsest.ops;

import java.util.stream.Stream;
import palimpsest.base.UserException;
import palimpsest.cuda.CudaDrivers;
import palimpsest.cuda.CudaPlatform;
import palimpsest.ops.cpu.CpuDevice;
import palimpsest.ops.cuda.CudaDevice;
import palimpsest.testing.OptionalTools;

/**
 * The device that tests of operations run on: {@code -Dpalimpsest.test.device=cpu}, {@code sim} or
 * {@code cuda}, with {@code -Dpalimpsest.test.driver=ffm} or {@code jcuda}. One in a process, for a
 * process holds one {@code libcuda.so.1}.
 */
public final class TestDevices {
  /** The tag of tests that hold on every device: they are run on each. */
  public static final String CONTRACT = "contract";

  /** The tag of tests that load the simulator: not in the virtual machine of all the others. */
  public static final String SIMULATOR = "simulator";

  public static final String DEVICE = System.getProperty("palimpsest.test.device", "cpu");

  public static final String DRIVER = System.getProperty("palimpsest.test.driver", CudaDrivers.FFM);

  private TestDevices() {}

  /** What the device computes in. */
  public static Stream<DType> dtypes() {
    return DEVICE.equals("cpu") ? Stream.of(DType.FP32) : Stream.of(DType.FP32, DType.BF16);
  }

  /** A new one, of one lane. */
  public static Device open(DType dtype) {
    return open(dtype, 1);
  }

  /** A new one in fp32, of so many lanes where it may have more than one. */
  public static Device open(int lanes) {
    return open(DType.FP32, lanes);
  }

  private static Device open(DType dtype, int lanes) {
    return switch (DEVICE) {
      case "cpu" -> new CpuDevice(lanes);
      case "sim" -> simulator(dtype);
      case "cuda" -> cuda(CudaPlatform.GPU, dtype);
      default ->
          throw new UserException(
              "-Dpalimpsest.test.device=%s: must be cpu, sim or cuda".formatted(DEVICE));
    };
  }

  private static CudaDevice simulator(DType dtype) {
    OptionalTools.simulator();
    return cuda(CudaPlatform.SIMULATOR, dtype);
  }

  private static CudaDevice cuda(CudaPlatform platform, DType dtype) {
    return CudaDevice.open(platform, DRIVER, 0, dtype, System.err::println);
  }
}
