package palimpsest.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static palimpsest.ops.reference.Close.assertClose;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.ops.Device;
import palimpsest.ops.TestDevices;
import palimpsest.ops.reference.Tolerance;

@Tag(TestDevices.CONTRACT)
class TransformerTest {
  private static final int BATCH = 3;
  private static final int TIME = 33;
  private static final int VOCABULARY = 37;
  private static final int ALL = BATCH * TIME;

  @ParameterizedTest
  @CsvSource({
    "3, 40, 4, 0.25, true, false", "2, 18, 3, 1.0, true, true",
    "3, 40, 4, 0.5, false, true", "1, 17, 1, 0.0, false, false"
  })
  void logitsOfTheReference(
      int layers, int width, int heads, double rotary, boolean parallel, boolean tied) {
    ModelConfig config = config(layers, width, heads, rotary, parallel, tied);
    ParameterLayout layout = new ParameterLayout(config);
    float[] weights = ReferenceModel.randomWeights(layout, 3);
    int[] tokens = tokens();
    double[] expected = new ReferenceModel(layout, weights).logits(tokens, BATCH, TIME);
    assertClose(
        "logits",
        Tolerance.MODEL.ofFp32(),
        expected,
        logits(config, weights, tokens, IntStream.range(0, ALL).toArray()));
  }

  /** Only where a token is to be predicted is the last layer's MLP computed. */
  @ParameterizedTest
  @CsvSource({"true, false", "false, true"})
  void logitsOfAFewPositionsAreThoseOfAFullPass(boolean parallel, boolean tied) {
    ModelConfig config = config(2, 40, 4, 0.25, parallel, tied);
    float[] weights = ReferenceModel.randomWeights(new ParameterLayout(config), 5);
    double[] full = logits(config, weights, tokens(), IntStream.range(0, ALL).toArray());
    for (int[] rows : new int[][] {{0}, {ALL - 1}, {3, 4, 40, 98}, {98, 7, 7}}) {
      double[] expected =
          Arrays.stream(rows)
              .flatMap(row -> IntStream.range(row * VOCABULARY, (row + 1) * VOCABULARY))
              .mapToDouble(i -> full[i])
              .toArray();
      double[] few = logits(config, weights, tokens(), rows);
      assertClose("logits", Tolerance.MODEL.ofFp32(), expected, few);
    }
  }

  /** An answering model shares its buffers between layers; a training one keeps them. */
  @Test
  void answersAsItTrains() {
    ModelConfig config = config(3, 40, 4, 0.25, true, false);
    float[] weights = ReferenceModel.randomWeights(new ParameterLayout(config), 5);
    int[] rows = {1, 32, 70};
    try (Device device = TestDevices.open(1);
        Parameters parameters = new Parameters(device, config);
        FlatBuffer gradients = new FlatBuffer(device, parameters.layout(), "gradients")) {
      parameters.restore(weights);
      device.onEachLane(
          (lane, ops) -> {
            for (int frozen = -1; frozen <= 3; frozen++) {
              FreezePlan plan = frozen < 0 ? FreezePlan.NONE : FreezePlan.bottom(frozen);
              float[] out = new float[rows.length * VOCABULARY];
              try (Transformer training =
                  new Transformer(
                      device, ops, parameters, gradients, plan, Recompute.NONE, ALL, TIME)) {
                assertTrue(training.trains());
                device.read(
                    training.forward(tokens(), 0, BATCH, TIME, rows, new int[3], 3),
                    out,
                    out.length);
              }
              double[] answering = logits(config, weights, tokens(), rows);
              for (int i = 0; i < out.length; i++) {
                assertEquals(answering[i], out[i], "logit " + i + " with " + plan);
              }
            }
          });
    }
  }

  /** A frozen prefix keeps no activations: each frozen layer makes the arena smaller. */
  @Test
  void aFrozenPrefixKeepsNothing() {
    ModelConfig config = config(4, 40, 4, 0.25, true, false);
    long all = bytes(config, 0, Recompute.NONE);
    assertEquals(all, bytes(config, 1, Recompute.NONE));
    long one = bytes(config, 3, Recompute.NONE);
    long two = bytes(config, 4, Recompute.NONE);
    assertTrue(one < all && two < one, "bytes %d, %d, %d".formatted(all, one, two));
  }

  /** Whole lines of the cache, whatever the width. */
  private static final int POSITIONS = 64;

  /** For all layers that train one has room enough to compute again what it does not keep. */
  @ParameterizedTest
  @CsvSource({"0, 4", "3, 2", "6, 0"})
  void whatIsComputedAgainIsKeptOnce(int lowestTrainable, int trained) {
    ModelConfig config = config(4, 32, 4, 0.25, true, false);
    long kept = bytes(config, lowestTrainable, Recompute.NONE);
    long width = (long) POSITIONS * config.width() * Float.BYTES;
    long activated = (long) POSITIONS * config.mlpWidth() * Float.BYTES;
    int spared = Math.max(0, trained - 1);
    assertEquals(kept - spared * activated, bytes(config, lowestTrainable, Recompute.GELU));
    assertEquals(
        kept - spared * (activated + 2 * width),
        bytes(config, lowestTrainable, Recompute.GELU_AND_NORMS));
  }

  private static long bytes(ModelConfig config, int lowestTrainable, Recompute recompute) {
    try (Device device = TestDevices.open(1)) {
      return new ActivationPlan(
              device, config, Insert.none(), POSITIONS, TIME, lowestTrainable, recompute)
          .bytes();
    }
  }

  @Test
  void tokensMayBeginAnywhereInTheirArray() {
    ModelConfig config = config(1, 18, 3, 0.5, true, false);
    float[] weights = ReferenceModel.randomWeights(new ParameterLayout(config), 5);
    int[] tokens = tokens();
    int[] later = new int[tokens.length + 5];
    System.arraycopy(tokens, 0, later, 5, tokens.length);
    int[] rows = {50};
    assertArrayEquals(
        logits(config, weights, tokens, rows), logits(config, weights, later, 5, rows));
  }

  private static ModelConfig config(
      int layers, int width, int heads, double rotary, boolean parallel, boolean tied) {
    return new ModelConfig(
        layers,
        width,
        heads,
        2 * width + 3,
        VOCABULARY,
        TIME + 2,
        rotary,
        100,
        parallel,
        tied,
        1e-5);
  }

  private static int[] tokens() {
    return new Random(9).ints(ALL, 0, VOCABULARY).toArray();
  }

  private static double[] logits(ModelConfig config, float[] weights, int[] tokens, int[] rows) {
    return logits(config, weights, tokens, 0, rows);
  }

  private static double[] logits(
      ModelConfig config, float[] weights, int[] tokens, int offset, int[] rows) {
    float[] out = new float[rows.length * VOCABULARY];
    try (Device device = TestDevices.open(1);
        Parameters parameters = new Parameters(device, config)) {
      parameters.restore(weights);
      device.onEachLane(
          (lane, ops) -> {
            try (Transformer model = new Transformer(device, ops, parameters, ALL, TIME)) {
              int[] targets = new int[rows.length];
              device.read(
                  model.forward(tokens, offset, BATCH, TIME, rows, targets, rows.length),
                  out,
                  out.length);
            }
          });
    }
    return IntStream.range(0, out.length).mapToDouble(i -> out[i]).toArray();
  }
}
