package palimpsest.cli;

import palimpsest.lab.Devices;
import palimpsest.ops.Device;
import picocli.CommandLine.Option;

/** The options that choose a device, for commands without a configuration. */
final class DeviceOptions {
  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description = "auto or cpu (default: ${DEFAULT-VALUE}).")
  private String kind;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Threads to compute on; 0: one per core (default: ${DEFAULT-VALUE}).")
  private int threads;

  Device open() {
    return Devices.open(kind, threads);
  }
}
