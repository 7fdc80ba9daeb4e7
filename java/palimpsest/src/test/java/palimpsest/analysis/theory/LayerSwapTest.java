package palimpsest.analysis.theory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameter;
import palimpsest.model.ParameterLayout;
import palimpsest.model.Parameters;
import palimpsest.model.ReferenceModel;
import palimpsest.ops.Device;
import palimpsest.ops.TestDevices;
import palimpsest.train.TokenLosses;

class LayerSwapTest {
  private static final int LAYERS = 4;
  private static final ModelConfig CONFIG =
      new ModelConfig(LAYERS, 24, 3, 50, 31, 40, 0.5, 10000, true, false, 1e-5);
  private static final ParameterLayout LAYOUT = new ParameterLayout(CONFIG);
  private static final float[] BEFORE = ReferenceModel.randomWeights(LAYOUT, 1);

  /** A training that moved layers 2 and 3 alone. */
  private static final float[] UPPER_HALF_MOVED = moved(3, 4);

  private static float[] moved(int lowest, int highest) {
    float[] weights = BEFORE.clone();
    float[] others = ReferenceModel.randomWeights(LAYOUT, 2);
    for (Parameter parameter : LAYOUT.parameters()) {
      if (parameter.stage() >= lowest && parameter.stage() <= highest) {
        for (long i = parameter.offset(); i < parameter.offset() + parameter.size(); i++) {
          weights[(int) i] = others[(int) i];
        }
      }
    }
    return weights;
  }

  @Test
  void theEndsAreTheTwoModels() {
    float[] other = ReferenceModel.randomWeights(LAYOUT, 2);
    assertEquals(7, LayerSwap.cuts(LAYOUT));
    assertArrayEquals(other, LayerSwap.hybrid(LAYOUT, BEFORE, other, 0));
    assertArrayEquals(BEFORE, LayerSwap.hybrid(LAYOUT, BEFORE, other, LAYERS + 2));
  }

  /** What did not move may be swapped without anybody noticing; all that moved undoes it. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void onlyTheHalfThatMovedMatters(int cut) {
    float[] hybrid = LayerSwap.hybrid(LAYOUT, BEFORE, UPPER_HALF_MOVED, cut);
    float[] reverse = LayerSwap.hybrid(LAYOUT, UPPER_HALF_MOVED, BEFORE, cut);
    float[][] before = losses(BEFORE);
    float[][] after = losses(UPPER_HALF_MOVED);
    assertEquals(cut <= 3, Arrays.deepEquals(after, losses(hybrid)), "as after");
    assertEquals(cut >= 5, Arrays.deepEquals(before, losses(hybrid)), "as before");
    assertEquals(cut <= 3, Arrays.deepEquals(before, losses(reverse)), "reversed, as before");
    assertEquals(cut >= 5, Arrays.deepEquals(after, losses(reverse)), "reversed, as after");
    assertFalse(Arrays.deepEquals(before, after));
  }

  @Test
  void oneLayerOfAnotherModel() {
    float[] other = ReferenceModel.randomWeights(LAYOUT, 2);
    assertArrayEquals(moved(3, 3), LayerSwap.withLayer(LAYOUT, BEFORE, other, 2));
  }

  @Test
  void whatIsBelowInWords() {
    assertEquals(
        List.of(
            "nothing",
            "embedding",
            "embedding, layer 0",
            "embedding, layers 0–1",
            "embedding, layers 0–2",
            "embedding, layers 0–3",
            "everything"),
        IntStream.range(0, 7).mapToObj(cut -> LayerSwap.below(cut, LAYERS)).toList());
  }

  private static float[][] losses(float[] weights) {
    try (Device device = TestDevices.open(1);
        Parameters parameters = new Parameters(device, CONFIG)) {
      parameters.restore(weights);
      return TokenLosses.of(device, parameters, List.of(new int[] {3, 14, 15, 9, 26, 5}));
    }
  }
}
