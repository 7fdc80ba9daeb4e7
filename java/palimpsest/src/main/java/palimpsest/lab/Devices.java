package palimpsest.lab;

import palimpsest.base.EnvironmentException;
import palimpsest.base.UserException;
import palimpsest.ops.Device;
import palimpsest.ops.cpu.CpuDevice;

/** From what somebody asked for to a device that is there. */
public final class Devices {
  /** Why {@code auto} chooses as it does. */
  public static final String WHY_AUTO = "this version computes on the CPU alone";

  private static final String AUTO = "auto";
  private static final String CPU = "cpu";
  private static final String FP32 = "fp32";

  private Devices() {}

  /**
   * Refuses a device or a number format that this version cannot have: {@code cuda} and {@code
   * bf16} are asked of the machine in vain, other words are mistakes.
   */
  public static void check(String kind, String dtype) {
    if (kind.matches("cuda(:\\d+)?")) {
      throw new EnvironmentException(
          "--device %s: there is no CUDA backend in this version; use auto or cpu".formatted(kind));
    }
    if (!kind.equals(AUTO) && !kind.equals(CPU)) {
      throw new UserException("--device %s: must be auto or cpu".formatted(kind));
    }
    if (dtype.equals("bf16")) {
      throw new EnvironmentException(
          "--dtype bf16: needs a CUDA device, which this version cannot use; the CPU has fp32");
    }
    if (!dtype.equals(FP32)) {
      throw new UserException("--dtype %s: must be fp32".formatted(dtype));
    }
  }

  /**
   * A device for work without a configuration; the caller closes it.
   *
   * @param threads 0 for one a core
   */
  public static Device open(String kind, int threads) {
    check(kind, FP32);
    return new CpuDevice(threads, Config.Blas.AUTO);
  }

  /** The device of a configuration; the caller closes it. */
  public static Device open(Config config) {
    return new CpuDevice(config.device().threads(), config.blas().core());
  }

  /** What was chosen, and why, if it was left to the program. */
  static String describe(Device device, Config config) {
    String why = config.device().kind().equals(AUTO) ? " (auto: %s)".formatted(WHY_AUTO) : "";
    return "device %s: %s, %s%s".formatted(device.kind(), device.name(), device.fingerprint(), why);
  }
}
