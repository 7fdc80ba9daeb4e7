package palimpsest.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.Random;
import palimpsest.ops.check.Bench;
import palimpsest.ops.reference.Close;
import palimpsest.ops.reference.Tolerance;

/**
 * A bench on a device of its own. When it is closed it checks that no operation wrote beside its
 * tensors, or to one that it should only have read.
 */
final class Workbench extends Bench {
  Workbench(DType dtype, long seed) {
    super(TestDevices.open(dtype), new Random(seed));
  }

  void assertClose(String what, Tolerance tolerance, double[] reference, Tensor out) {
    assertClose(what, tolerance, reference, reference, out);
  }

  /**
   * @param plain what a plain computation that stores its numbers in the dtype comes to, before it
   *     stores the last
   */
  void assertClose(
      String what, Tolerance tolerance, double[] reference, double[] plain, Tensor out) {
    double allowed = tolerance.of(out.dtype(), reference, plain);
    Close.assertClose(what, allowed, reference, read(out));
  }

  @Override
  public void close() {
    try {
      assertEquals(Optional.empty(), damage());
    } finally {
      super.close();
      device().close();
    }
  }
}
