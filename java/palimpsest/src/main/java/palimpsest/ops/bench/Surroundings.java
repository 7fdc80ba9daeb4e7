package palimpsest.ops.bench;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import palimpsest.cuda.CudaContext;
import palimpsest.ops.Device;
import palimpsest.ops.cuda.CudaDevice;

/**
 * Where something was measured.
 *
 * @param load of the last minute: programs that wanted a processor
 * @param idle whether others left the processors alone when it began
 * @param cuda what the driver speaks, such as {@code 13.0}; null on a CPU
 */
public record Surroundings(
    On device,
    String dtype,
    String system,
    String jdk,
    int processors,
    double load,
    boolean idle,
    String cuda) {
  /** Of all processors: what a desktop does by itself is below. */
  private static final double LIGHT_LOAD = 0.6;

  /** The device in words; the fingerprint says what its bits depend on. */
  public record On(String kind, String name, String fingerprint, int lanes) {}

  /** As things are now. */
  public static Surroundings of(Device device) {
    var system = ManagementFactory.getOperatingSystemMXBean();
    int processors = system.getAvailableProcessors();
    double load = system.getSystemLoadAverage();
    return new Surroundings(
        new On(device.kind(), device.name(), device.fingerprint(), device.lanes()),
        device.computeType().name().toLowerCase(Locale.ROOT),
        "%s %s, %s"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch")),
        Runtime.version().toString(),
        processors,
        load,
        load < LIGHT_LOAD * processors,
        device instanceof CudaDevice card ? CudaContext.versionText(card.driverVersion()) : null);
  }
}
