package palimpsest.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import palimpsest.cuda.CudaDrivers;
import palimpsest.cuda.CudaLibraries;
import palimpsest.cuda.CudaPlatform;
import palimpsest.cuda.LaunchLog;
import palimpsest.data.Batch;
import palimpsest.model.FreezePlan;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameters;
import palimpsest.ops.DType;
import palimpsest.ops.TestDevices;
import palimpsest.ops.cuda.CudaDevice;
import palimpsest.testing.OptionalTools;

/** Which kernels a training step launches, by the simulated driver's log. */
@Tag(TestDevices.SIMULATOR)
class FrozenLaunchesTest {
  private static final int LAYERS = 4;
  private static final ModelConfig CONFIG =
      new ModelConfig(LAYERS, 32, 2, 64, 19, 16, 0.25, 10000, true, false, 1e-5);
  private static final Recipe RECIPE = new Recipe(10, 1e-3, 1, 0, 0.9, 0.999, 1e-8, 0.1, false, 1);

  @BeforeAll
  static void simulator() {
    OptionalTools.simulator();
  }

  /**
   * With the embedding and the k bottom layers frozen, backward kernels run for the others alone.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void noBackwardKernelRunsBelowTheLowestLayerThatTrains(int frozen) {
    List<String> kernels = kernelsOfAStep(FreezePlan.bottom(frozen));
    int trained = LAYERS - frozen;
    assertEquals(LAYERS, count(kernels, "attention_forward_"));
    assertEquals(trained, count(kernels, "attention_backward_q_"));
    assertEquals(trained, count(kernels, "attention_backward_kv_"));
    assertEquals(trained, count(kernels, "gelu_wide_erf_backward_"));
    assertEquals(0, count(kernels, "embedding_backward_"));
    // Both norms of a layer in one; of the last layer each on its own, and the one behind it.
    assertEquals(Math.max(0, trained - 1), count(kernels, "layernorm_wide_pair_backward_"));
    assertEquals(trained > 0 ? 3 : 1, count(kernels, "layernorm_wide_backward_"));
    assertEquals(1, count(kernels, "adamw_wide_step_"));
  }

  @Test
  void allOfThemRunWhereNothingIsFrozen() {
    List<String> kernels = kernelsOfAStep(FreezePlan.NONE);
    assertEquals(LAYERS, count(kernels, "attention_backward_q_"));
    assertTrue(count(kernels, "embedding_backward_") > 0);
  }

  private static List<String> kernelsOfAStep(FreezePlan plan) {
    var found = CudaLibraries.open(CudaDrivers.FFM, CudaPlatform.SIMULATOR, _ -> {});
    LaunchLog log = new LaunchLog(found.driver());
    try (var device = CudaDevice.open(CudaPlatform.SIMULATOR, found.with(log), 0, DType.FP32);
        Parameters parameters = new Parameters(device, CONFIG);
        Learner learner = new Learner(device, parameters)) {
      learner.begin(RECIPE, plan);
      log.clear();
      learner.step(batch());
      return log.launches().stream().map(LaunchLog.Launch::kernel).toList();
    }
  }

  private static Batch batch() {
    Random random = new Random(1);
    return new Batch(2, 9, random.ints(18, 0, 19).toArray(), random.ints(18, 0, 19).toArray());
  }

  private static long count(List<String> kernels, String prefix) {
    return kernels.stream().filter(kernel -> kernel.startsWith(prefix)).count();
  }
}
