package palimpsest.ops.check;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import palimpsest.base.RandomStream;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.Tensor;
import palimpsest.ops.cuda.CudaDevice;
import palimpsest.ops.cuda.Kernel;
import palimpsest.ops.reference.Norms;
import palimpsest.ops.reference.Tolerance;

/** A bench on which one check is tried, and what was found. */
final class Trial extends Bench {
  private static final long SEED = 1;

  private final Check check;
  private final List<Finding> findings = new ArrayList<>();

  private Trial(Device device, Check check, RandomGenerator random) {
    super(device, random);
    this.check = check;
  }

  /** Tries a check; damage beside the outputs is a finding of its own. */
  static List<Finding> of(Device device, Check check) {
    RandomGenerator random = RandomStream.of(SEED, "kernels check", check.family(), check.shape());
    try (Trial trial = new Trial(device, check, random)) {
      check.body().accept(trial);
      trial.damage().ifPresent(what -> trial.add(what, Double.POSITIVE_INFINITY, 0));
      return trial.findings;
    }
  }

  DType dtype() {
    return device().computeType();
  }

  /** A kernel of the device's, which is a CUDA one. */
  Kernel kernel(String name) {
    return ((CudaDevice) device()).kernels().kernel(name);
  }

  void compare(String operation, Tolerance tolerance, double[] reference, Tensor out) {
    compare(operation, tolerance, reference, reference, out);
  }

  /**
   * @param plain what a plain computation that stores its numbers in the dtype comes to, before it
   *     stores the last
   */
  void compare(
      String operation, Tolerance tolerance, double[] reference, double[] plain, Tensor out) {
    double allowed = tolerance.of(out.dtype(), reference, plain);
    add(operation, Norms.relative(reference, read(out)), allowed);
  }

  /** One fp32 number. */
  void compare(String operation, Tolerance tolerance, double reference, double out) {
    double error = Norms.relative(new double[] {reference}, new double[] {out});
    add(operation, error, tolerance.ofFp32());
  }

  void compare(String operation, int[] reference, Tensor out) {
    int[] values = readIntegers(out);
    int different = 0;
    for (int i = 0; i < values.length; i++) {
      different += values[i] == reference[i] ? 0 : 1;
    }
    add(operation, different, 0);
  }

  private void add(String operation, double error, double tolerance) {
    findings.add(new Finding(check.family(), operation, check.shape(), dtype(), error, tolerance));
  }
}
