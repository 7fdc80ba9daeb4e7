package palimpsest.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.data.Batch;
import palimpsest.model.FreezePlan;
import palimpsest.model.MemoryUse;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameters;
import palimpsest.model.PrefixCache;
import palimpsest.model.Recompute;
import palimpsest.model.ReferenceModel;
import palimpsest.ops.Activation;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.TestDevices;

/** What is computed again is what was not kept, to the bit. */
@Tag(TestDevices.CONTRACT)
class RecomputeTest {
  private static final Recipe RECIPE =
      new Recipe(100, 1e-2, 0.1, 0, 0.9, 0.999, 1e-8, 0.1, true, 1);

  private static final int ROWS = 4;
  private static final int TIME = 9;
  private static final int VOCABULARY = 11;

  @ParameterizedTest
  @CsvSource({
    "true, 0, GELU",
    "false, 0, GELU",
    "true, 2, GELU",
    "true, 0, GELU_TANH",
    "false, 1, GELU_TANH"
  })
  void changesNoBit(boolean parallel, int frozen, Activation activation) {
    var config =
        new ModelConfig(4, 18, 3, 23, VOCABULARY, TIME, 0.5, 50, parallel, false, 1e-5, activation);
    FreezePlan plan = frozen == 0 ? FreezePlan.NONE : FreezePlan.bottom(frozen);
    TestDevices.dtypes()
        .forEach(
            dtype -> {
              float[] kept = train(dtype, config, plan, Recompute.NONE);
              assertArrayEquals(kept, train(dtype, config, plan, Recompute.GELU));
              assertArrayEquals(kept, train(dtype, config, plan, Recompute.GELU_AND_NORMS));
            });
  }

  /** The weights after some steps. */
  private static float[] train(
      DType dtype, ModelConfig config, FreezePlan plan, Recompute recompute) {
    var memory = new MemoryUse(recompute, PrefixCache.Budget.NONE);
    try (Device device = TestDevices.open(dtype);
        Parameters parameters = new Parameters(device, config);
        Learner learner = new Learner(device, parameters, memory)) {
      parameters.restore(ReferenceModel.randomWeights(parameters.layout(), 1));
      learner.begin(RECIPE, plan);
      for (int step = 0; step < 4; step++) {
        Random random = new Random(step);
        int[] tokens = random.ints(ROWS * TIME, 0, VOCABULARY).toArray();
        int[] targets = random.ints(ROWS * TIME, -1, VOCABULARY).toArray();
        learner.step(new Batch(ROWS, TIME, tokens, targets));
      }
      return parameters.copy();
    }
  }
}
