package palimpsest.ops;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A family of operations, tried in every dtype that the device computes in. */
@Tag(TestDevices.CONTRACT)
@ParameterizedClass(name = "{0}")
@MethodSource("palimpsest.ops.TestDevices#dtypes")
abstract class OpTest {
  @Parameter DType dtype;

  Workbench bench(long seed) {
    return new Workbench(dtype, seed);
  }
}
