package palimpsest.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import palimpsest.base.UserException;
import palimpsest.ops.cpu.BlasChoice;

/**
 * Where somebody wants to compute.
 *
 * @param kind {@code auto}, {@code cpu}, {@code cuda} or {@code sim}
 * @param ordinal which GPU, from 0
 * @param driver how CUDA's driver is called: {@code ffm} or {@code jcuda}
 * @param dtype what weights are multiplied in: {@code fp32} or {@code bf16}
 * @param threads of the CPU; 0 for one a core
 * @param blas what multiplies matrices on the CPU
 * @param graph whether CUDA records whole training steps
 */
public record DeviceChoice(
    String kind,
    int ordinal,
    String driver,
    String dtype,
    int threads,
    BlasChoice blas,
    boolean graph) {
  static final String AUTO = "auto";
  static final String CPU = "cpu";
  static final String CUDA = "cuda";
  static final String SIM = "sim";
  static final String FP32 = "fp32";
  static final String BF16 = "bf16";

  private static final Pattern OPTION = Pattern.compile("(auto|cpu|sim|cuda)(?::(\\d{1,4}))?");

  static DeviceChoice of(Config config) {
    Config.Device device = config.device();
    return new DeviceChoice(
        device.kind(),
        device.ordinal(),
        device.driver(),
        device.dtype(),
        device.threads(),
        config.blas().choice(),
        device.graph());
  }

  /** A choice on the command line alone, all else by default. */
  public static DeviceChoice parse(String option, String driver, String dtype, int threads) {
    Matcher matcher = matcher(option);
    return new DeviceChoice(
        matcher.group(1), ordinal(matcher), driver, dtype, threads, BlasChoice.BEST, true);
  }

  /** The same with other libraries. */
  public DeviceChoice with(BlasChoice libraries) {
    return new DeviceChoice(kind, ordinal, driver, dtype, threads, libraries, graph);
  }

  /** What {@code --device} says about a configuration. */
  public static List<ConfigOverride> overrides(String option) {
    Matcher matcher = matcher(option);
    List<ConfigOverride> overrides = new ArrayList<>();
    String said = "--device " + option;
    overrides.add(new ConfigOverride(said, "device.kind", matcher.group(1)));
    if (matcher.group(2) != null) {
      overrides.add(new ConfigOverride(said, "device.ordinal", matcher.group(2)));
    }
    return overrides;
  }

  private static int ordinal(Matcher matcher) {
    return matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
  }

  private static Matcher matcher(String option) {
    Matcher matcher = OPTION.matcher(option);
    if (!matcher.matches() || (matcher.group(2) != null && !matcher.group(1).equals(CUDA))) {
      throw new UserException(
          "--device %s: must be auto, cpu, cuda, cuda:N or sim".formatted(option));
    }
    return matcher;
  }
}
