package palimpsest.cli.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import palimpsest.base.EnvironmentException;
import palimpsest.cli.doctor.Finding.Verdict;
import palimpsest.lab.PhaseCache;
import palimpsest.lab.Speed;
import palimpsest.ops.Device;
import palimpsest.ops.cpu.BlasChoice;
import palimpsest.ops.cpu.CpuDevice;

/**
 * What was found on a machine.
 *
 * @param findings everything that was looked at, the necessary first
 * @param flops products of matrices on all processors, in FLOP/s; empty if they cannot be had
 */
public record Doctor(List<Finding> findings, OptionalDouble flops) {
  /** Looks at the machine, which takes a few seconds. */
  public static Doctor examine() {
    List<Finding> findings = new ArrayList<>();
    findings.add(Machine.system());
    findings.add(Machine.jdk());
    OptionalDouble flops = healthy(findings) ? device(findings) : OptionalDouble.empty();
    Machine.load().ifPresent(findings::add);
    Machine.forcedCore(System.getenv()).ifPresent(findings::add);
    findings.add(Machine.memory());
    findings.add(Machine.disk(Path.of("")));
    findings.add(Machine.cache(PhaseCache.folder(System.getenv())));
    findings.add(Machine.gpu());
    findings.add(Tools.python(System.getenv()));
    findings.add(Tools.cudaCompiler());
    findings.add(Tools.compiler());
    findings.add(Tools.simulator());
    findings.add(Tools.nvtx());
    return new Doctor(List.copyOf(findings), flops);
  }

  /** Whether Palimpsest runs here. */
  public boolean healthy() {
    return healthy(findings);
  }

  private static boolean healthy(List<Finding> findings) {
    return findings.stream().noneMatch(finding -> finding.verdict() == Verdict.MISSING);
  }

  private static OptionalDouble device(List<Finding> findings) {
    try (Device device =
        new CpuDevice(
            0,
            BlasChoice.BEST,
            note -> findings.add(Finding.note("oneDNN", "not to be had", note)))) {
      double flops = Speed.sgemm(device);
      findings.add(
          Finding.ok("processor", "%s, %d threads".formatted(device.name(), device.lanes())));
      findings.add(Finding.ok("CPU path", device.fingerprint()));
      findings.add(
          Finding.ok("speed", "%.0f GFLOP/s in products of fp32 matrices".formatted(flops / 1e9)));
      return OptionalDouble.of(flops);
    } catch (EnvironmentException e) {
      findings.add(
          Finding.missing("CPU path", "no library for products can be loaded", e.getMessage()));
      return OptionalDouble.empty();
    }
  }
}
