package palimpsest.cli;

import java.util.function.Consumer;
import palimpsest.lab.DeviceChoice;
import palimpsest.lab.Devices;
import palimpsest.ops.Device;
import picocli.CommandLine.Option;

/** The options that choose a device, for commands without a configuration. */
final class DeviceOptions {
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
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Threads to compute on; 0: one per core (default: ${DEFAULT-VALUE}).")
  private int threads;

  /**
   * The caller closes it.
   *
   * @param notes is told in a line what is not as it was asked for
   */
  Device open(Consumer<String> notes) {
    boolean asked = !device.equals("auto");
    return Devices.open(
        DeviceChoice.parse(device, driver, "fp32", threads), asked ? notes : line -> {});
  }
}
