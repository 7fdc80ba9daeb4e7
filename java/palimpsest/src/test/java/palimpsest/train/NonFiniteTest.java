package palimpsest.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import palimpsest.data.Batch;
import palimpsest.model.FreezePlan;
import palimpsest.model.Initialisation;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameter;
import palimpsest.model.Parameters;
import palimpsest.ops.cpu.CpuDevice;

/** A step that is not finite changes nothing, and says where it went wrong. */
class NonFiniteTest {
  private static final ModelConfig SHAPE =
      new ModelConfig(3, 16, 2, 32, 32, 16, 0.5, 10_000, true, false, 1e-5);
  private static final Recipe RECIPE = new Recipe(100, 1e-3, 1, 0, 0.9, 0.99, 1e-8, 0.01, false, 1);

  @Test
  void lostWeightsAreNamed() {
    assertEquals("weights of " + name(5), saidOf(5, Float.NaN));
  }

  /** Too large to be squared: what it is multiplied with is no longer finite. */
  @Test
  void otherwiseTheGradientThatWasLostFirst() {
    String said = saidOf(5, 3e38f);
    assertEquals("gradient of ", said.substring(0, 12), said);
  }

  private static String name(int number) {
    try (var device = new CpuDevice(1);
        var parameters = new Parameters(device, SHAPE)) {
      return parameters.layout().parameters().get(number).name();
    }
  }

  /** With one parameter set to a value. */
  private static String saidOf(int number, float value) {
    try (var device = new CpuDevice(2);
        var parameters = new Parameters(device, SHAPE);
        var learner = new Learner(device, parameters)) {
      parameters.initialise(Initialisation.SMALL, 1);
      learner.begin(RECIPE, FreezePlan.NONE);
      float[] weights = parameters.copy();
      Parameter parameter = parameters.layout().parameters().get(number);
      for (long i = parameter.offset(); i < parameter.offset() + parameter.size(); i++) {
        weights[(int) i] = value;
      }
      parameters.restore(weights);
      StepReport report =
          learner.step(new Batch(1, 4, new int[] {1, 2, 3, 4}, new int[] {2, 3, 4, 5}));
      assertFalse(Double.isFinite(report.gradientNorm()));
      assertArrayEquals(weights, parameters.copy());
      return learner.nonFinite();
    }
  }
}
