package palimpsest.ops.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import palimpsest.base.StopRequest;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.cuda.CudaDevice;

/** {@code kernels check}: families of operations on one device, in one dtype after the other. */
public final class KernelCheck {
  private static final String CPU = "cpu";

  private final List<String> families;
  private final StopRequest stop;

  /**
   * @param families by name; none for all families of operations
   * @throws palimpsest.base.UserException if there is none of a name
   */
  public KernelCheck(List<String> families, StopRequest stop) {
    this.families = Families.select(families);
    this.stop = stop;
  }

  /**
   * In every dtype that the device computes in.
   *
   * @param devices opens the device for a dtype
   */
  public CheckReport inAll(Function<DType, Device> devices) {
    CheckReport report = in(DType.FP32, devices);
    return report.device().kind().equals(CPU) ? report : report.with(in(DType.BF16, devices));
  }

  /** In one dtype. */
  public CheckReport in(DType dtype, Function<DType, Device> devices) {
    try (Device device = devices.apply(dtype)) {
      return on(device);
    }
  }

  /** On an open device, in its compute type. */
  CheckReport on(Device device) {
    List<Finding> findings = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (String family : families) {
      int before = findings.size();
      Families.checks(family).stream()
          .filter(check -> canTry(device, check))
          .forEach(
              check -> {
                stop.check();
                findings.addAll(Trial.of(device, check));
              });
      if (findings.size() == before) {
        notes.add(nothing(device, family));
      }
    }
    return new CheckReport(
        new CheckReport.On(device.kind(), device.name(), List.of(device.fingerprint())),
        List.copyOf(findings),
        List.copyOf(notes));
  }

  /** Primitives have bf16 kernels alone. */
  private static boolean canTry(Device device, Check check) {
    return !check.kernels()
        || (device instanceof CudaDevice
            && (!check.family().equals(PrimitiveChecks.FAMILY)
                || device.computeType() == DType.BF16));
  }

  private static String nothing(Device device, String family) {
    return device instanceof CudaDevice
        ? "%s: nothing to check in fp32, its kernels are for bf16".formatted(family)
        : "%s: none on the CPU, which has no CUDA kernels; --device sim runs them"
            .formatted(family);
  }
}
