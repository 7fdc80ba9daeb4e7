package palimpsest.cli;

import java.util.function.Consumer;
import palimpsest.base.UserException;
import palimpsest.lab.DeviceChoice;
import palimpsest.lab.Devices;
import palimpsest.ops.Device;
import palimpsest.ops.cpu.BlasChoice;
import picocli.CommandLine.Option;

/** The options that say which device, and how it is called. */
final class DriverOptions {
  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description = "auto, cpu, cuda, cuda:N or sim (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--driver",
      paramLabel = "DRIVER",
      defaultValue = "ffm",
      description = "How CUDA is called: ffm or jcuda (default: ${DEFAULT-VALUE}).")
  private String driver;

  @Option(
      names = "--blas",
      paramLabel = "LIBRARY",
      defaultValue = BlasChoice.ANY,
      description =
          "What multiplies matrices on the CPU: onednn, openblas or auto (default:"
              + " ${DEFAULT-VALUE}).")
  private String blas;

  /**
   * The caller closes it.
   *
   * @param dtype what it computes in: {@code fp32} or {@code bf16}
   * @param threads of a CPU; 0 for one a core
   * @param notes is told in a line what is not as it was asked for
   */
  Device open(String dtype, int threads, Consumer<String> notes) {
    if (!BlasChoice.LIBRARIES.contains(blas)) {
      throw new UserException(
          "--blas %s: must be one of %s".formatted(blas, String.join(", ", BlasChoice.LIBRARIES)));
    }
    boolean asked = !device.equals("auto");
    return Devices.open(
        DeviceChoice.parse(device, driver, dtype, threads)
            .with(new BlasChoice(blas, BlasChoice.ANY)),
        asked ? notes : line -> {});
  }
}
