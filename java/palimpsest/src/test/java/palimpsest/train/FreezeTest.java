package palimpsest.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import palimpsest.data.Batch;
import palimpsest.model.FreezePlan;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameter;
import palimpsest.model.ParameterLayout;
import palimpsest.model.Parameters;
import palimpsest.model.ReferenceModel;
import palimpsest.ops.Device;
import palimpsest.ops.TestDevices;

@Tag(TestDevices.CONTRACT)
class FreezeTest {
  /** Decay on everything, and clipping: nothing of it may reach what is frozen. */
  private static final Recipe HARSH = new Recipe(100, 1e-2, 0.1, 5, 0.9, 0.999, 1e-8, 0.1, true, 1);

  /** A first moment without memory is the gradient. */
  private static final Recipe SHOW_GRADIENT = new Recipe(1, 0, 1, 0, 0, 0.999, 1e-8, 0, false, 0);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "embed                                      | true  | false",
        "embed,layers.0                             | true  | false",
        "embed,layers.0-1                           | false | false",
        "embed,layers.0-2                           | true  | false",
        "embed,layers.0-2,norm                      | true  | false",
        "embed,layers.0-2,head                      | false | false",
        "layers.1.attention                         | true  | false",
        "layers.0-2.attention                       | false | false",
        "layers.0-2.mlp                             | true  | true",
        "embed,layers.0.attention                   | false | true",
        "embed,layers.0.mlp                         | false | false",
        "norm                                       | true  | true",
        "head                                       | true  | false",
        "embed                                      | false | true"
      })
  void frozenBitsAndMomentsStayForAHundredSteps(String names, boolean parallel, boolean tied) {
    ModelConfig config = config(parallel, tied);
    FreezePlan plan = FreezePlan.parse(List.of(names.split(",")), config);
    ParameterLayout layout = new ParameterLayout(config);
    float[] weights = ReferenceModel.randomWeights(layout, 1);
    Moments moments = moments(layout);
    try (Device device = TestDevices.open(2);
        Parameters parameters = new Parameters(device, config);
        Learner learner = new Learner(device, parameters)) {
      parameters.restore(weights);
      learner.begin(HARSH, plan);
      learner.carry(moments);
      for (int step = 0; step < 100; step++) {
        learner.step(batch(step));
      }
      float[] after = parameters.copy();
      Moments momentsAfter = learner.moments();
      for (Parameter parameter : layout.parameters()) {
        boolean same = !differs(parameter, weights, after);
        boolean sameMoments =
            !differs(parameter, moments.first(), momentsAfter.first())
                && !differs(parameter, moments.second(), momentsAfter.second());
        assertEquals(plan.freezes(parameter), same, parameter.name());
        assertEquals(plan.freezes(parameter), sameMoments, "moments of " + parameter.name());
      }
    }
  }

  /** Freezing takes gradients away and changes none of those that are left, to the bit. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "embed                    | true  | false",
        "embed,layers.0-1         | true  | false",
        "embed,layers.0-1         | false | false",
        "embed,layers.0-2         | true  | false",
        "layers.0-2.attention     | false | true",
        "embed,layers.0.attention | false | false",
        "layers.1.mlp             | true  | true"
      })
  void whatIsLeftHasTheSameGradients(String names, boolean parallel, boolean tied) {
    ModelConfig config = config(parallel, tied);
    FreezePlan plan = FreezePlan.parse(List.of(names.split(",")), config);
    ParameterLayout layout = new ParameterLayout(config);
    float[] full = gradients(config, FreezePlan.NONE);
    float[] left = gradients(config, plan);
    for (Parameter parameter : layout.parameters()) {
      if (plan.freezes(parameter)) {
        assertTrue(isZero(parameter, left), "a gradient of " + parameter.name());
        assertFalse(isZero(parameter, full), "no gradient of " + parameter.name());
      } else {
        assertFalse(differs(parameter, full, left), "another gradient of " + parameter.name());
      }
    }
  }

  private static float[] gradients(ModelConfig config, FreezePlan plan) {
    try (Device device = TestDevices.open(2);
        Parameters parameters = new Parameters(device, config);
        Learner learner = new Learner(device, parameters)) {
      parameters.restore(ReferenceModel.randomWeights(parameters.layout(), 1));
      learner.begin(SHOW_GRADIENT, plan);
      learner.step(batch(0));
      return learner.moments().first();
    }
  }

  /** A phase that freezes less, or more, plans the activations anew. */
  @Test
  void plansFollowOneAnother() {
    ModelConfig config = config(true, false);
    try (Device device = TestDevices.open(2);
        Parameters parameters = new Parameters(device, config);
        Learner learner = new Learner(device, parameters)) {
      parameters.restore(ReferenceModel.randomWeights(parameters.layout(), 1));
      for (int frozen : new int[] {3, 0, 2, 2}) {
        FreezePlan plan = FreezePlan.bottom(frozen);
        float[] before = parameters.copy();
        learner.begin(HARSH, plan);
        for (int step = 0; step < 3; step++) {
          learner.step(batch(step));
        }
        float[] after = parameters.copy();
        for (Parameter parameter : parameters.layout().parameters()) {
          assertEquals(
              plan.freezes(parameter), !differs(parameter, before, after), parameter.name());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void freezingEverythingIsRefused(boolean tied) {
    ModelConfig config = config(true, tied);
    List<String> all =
        tied
            ? List.of("embed", "layers.0-2", "norm")
            : List.of("embed", "layers.0-2", "norm", "head");
    try (Device device = TestDevices.open(1);
        Parameters parameters = new Parameters(device, config);
        Learner learner = new Learner(device, parameters)) {
      FreezePlan plan = FreezePlan.parse(all, config);
      assertThrows(IllegalArgumentException.class, () -> learner.begin(HARSH, plan));
    }
  }

  private static ModelConfig config(boolean parallel, boolean tied) {
    return new ModelConfig(3, 18, 3, 23, 11, 9, 0.5, 50, parallel, tied, 1e-5);
  }

  /** Moments of another phase, none of them 0. */
  private static Moments moments(ParameterLayout layout) {
    Random random = new Random(4);
    float[] first = new float[Math.toIntExact(layout.length())];
    float[] second = new float[first.length];
    for (int i = 0; i < first.length; i++) {
      first[i] = (float) (0.01 * random.nextGaussian());
      second[i] = 0.001f + random.nextFloat();
    }
    return new Moments(first, second, 7);
  }

  private static Batch batch(int seed) {
    Random random = new Random(seed);
    int[] tokens = random.ints(4 * 7, 0, 11).toArray();
    return new Batch(4, 7, tokens, random.ints(4 * 7, -1, 11).toArray());
  }

  private static boolean differs(Parameter parameter, float[] before, float[] after) {
    int first = Math.toIntExact(parameter.offset());
    int end = Math.toIntExact(parameter.offset() + parameter.size());
    return !Arrays.equals(before, first, end, after, first, end);
  }

  private static boolean isZero(Parameter parameter, float[] values) {
    return !differs(parameter, new float[values.length], values);
  }
}
