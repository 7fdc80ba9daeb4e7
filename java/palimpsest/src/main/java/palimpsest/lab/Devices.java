package palimpsest.lab;

import java.util.List;
import java.util.function.Consumer;
import palimpsest.base.EnvironmentException;
import palimpsest.base.UserException;
import palimpsest.cuda.CudaPlatform;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.cpu.CpuDevice;
import palimpsest.ops.cuda.CudaDevice;

/** From what somebody asked for to a device that is there. */
public final class Devices {
  private Devices() {}

  /**
   * The device of a choice; the caller closes it. {@code auto} is the first GPU where there is one
   * that works, and else the CPU.
   *
   * @param notes is told in a line what is not as one might expect
   * @throws EnvironmentException if it cannot be had here
   */
  public static Device open(DeviceChoice choice, Consumer<String> notes) {
    return switch (choice.kind()) {
      case DeviceChoice.CPU -> cpu(choice, notes);
      case DeviceChoice.CUDA -> cuda(CudaPlatform.GPU, choice, notes);
      case DeviceChoice.SIM -> cuda(CudaPlatform.SIMULATOR, choice, notes);
      default -> auto(choice, notes);
    };
  }

  private static Device auto(DeviceChoice choice, Consumer<String> notes) {
    try {
      return cuda(CudaPlatform.GPU, choice, notes);
    } catch (EnvironmentException e) {
      if (choice.dtype().equals(DeviceChoice.BF16)) {
        throw e;
      }
      Device device = cpu(choice, notes);
      notes.accept("auto: no GPU is to be had here, 'palimpsest doctor' says why");
      return device;
    }
  }

  private static Device cpu(DeviceChoice choice, Consumer<String> notes) {
    if (choice.dtype().equals(DeviceChoice.BF16)) {
      throw new UserException("--dtype bf16: the CPU computes in fp32; bf16 needs --device cuda");
    }
    return new CpuDevice(choice.threads(), choice.blas(), notes);
  }

  private static Device cuda(CudaPlatform platform, DeviceChoice choice, Consumer<String> notes) {
    DType compute = choice.dtype().equals(DeviceChoice.BF16) ? DType.BF16 : DType.FP32;
    return CudaDevice.open(
        platform, choice.driver(), choice.ordinal(), compute, choice.graph(), notes);
  }

  /** What was chosen, with what there is to say about it. */
  static String describe(Device device, List<String> notes) {
    String said = notes.isEmpty() ? "" : " (%s)".formatted(String.join("; ", notes));
    return "device %s: %s, %s%s"
        .formatted(device.kind(), device.name(), device.fingerprint(), said);
  }
}
