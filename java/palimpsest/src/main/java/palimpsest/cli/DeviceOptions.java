package palimpsest.cli;

import java.util.function.Consumer;
import palimpsest.ops.Device;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that choose a device for a model, for commands without a configuration. */
final class DeviceOptions {
  @Mixin private DriverOptions driver;

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
    return driver.open("fp32", threads, notes);
  }
}
