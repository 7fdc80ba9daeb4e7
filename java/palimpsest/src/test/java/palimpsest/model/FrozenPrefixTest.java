package palimpsest.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.ops.Device;
import palimpsest.ops.OpsRecorder;
import palimpsest.ops.TestDevices;

/** A frozen prefix costs no backward: the operations of a step are counted. */
@Tag(TestDevices.CONTRACT)
class FrozenPrefixTest {
  private static final int LAYERS = 4;
  private static final int BATCH = 2;
  private static final int TIME = 9;

  /**
   * @param from the lowest layer that trains; {@link #LAYERS} for norm and head alone
   */
  @ParameterizedTest
  @CsvSource({"0, true", "1, true", "2, true", "3, true", "4, true", "0, false", "3, false"})
  void noWorkBelowTheLowestLayerThatTrains(int from, boolean parallel) {
    OpsRecorder calls = backward(FreezePlan.bottom(from), parallel);
    int trained = LAYERS - from;
    assertEquals(0, calls.count("embeddingBackward"));
    assertEquals(trained, calls.count("attentionBackward"));
    assertEquals(trained, calls.count("geluBackward"));
    assertEquals(4 * trained + 1, calls.count("matmulBackward"));
    // Both norms of a parallel layer in one, but of the last one, which sees counted rows alone.
    int pairs = parallel ? Math.max(0, trained - 1) : 0;
    assertEquals(pairs, calls.count("layerNormPairBackward"));
    assertEquals(2 * (trained - pairs) + 1, calls.count("layerNormBackward"));
    // The input's gradient is passed on from every layer but the lowest one.
    assertNull(norms(calls).getLast().tensor(0), "below it nothing trains");
    long passedOn =
        calls.of("layerNormBackward").stream().filter(call -> call.tensor(0) != null).count()
            + 2
                * calls.of("layerNormPairBackward").stream()
                    .filter(call -> call.tensor(0) != null)
                    .count();
    int insideTheLowest = parallel || trained == 0 ? 0 : 1; // its MLP is above its attention
    assertEquals(trained == 0 ? 0 : 2 * trained - 1 + insideTheLowest, passedOn);
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void withNothingFrozenTheGradientReachesTheEmbedding(boolean parallel) {
    OpsRecorder calls = backward(FreezePlan.NONE, parallel);
    assertEquals(1, calls.count("embeddingBackward"));
    assertEquals(LAYERS, calls.count("attentionBackward"));
    norms(calls).forEach(call -> assertNotNull(call.tensor(0)));
  }

  private static List<OpsRecorder.Call> norms(OpsRecorder calls) {
    return calls.of("layerNormBackward", "layerNormPairBackward");
  }

  /**
   * Of a frozen layer above one that trains, inputs' gradients are computed and weights' are not.
   */
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void aFrozenLayerInBetweenHasNoGradientsOfItsOwn(boolean parallel) {
    FreezePlan plan = FreezePlan.parse(List.of("layers.1-3"), config(parallel));
    OpsRecorder calls = backward(plan, parallel);
    assertEquals(LAYERS, calls.count("attentionBackward"));
    long withWeights =
        calls.of("matmulBackward").stream().filter(call -> call.tensor(1) != null).count();
    assertEquals(4 + 1, withWeights, "layer 0 and the head");
  }

  /** The lowest layer's frozen half is left out as well, where nothing flows through it. */
  @ParameterizedTest
  @CsvSource({
    "layers.0.attention, true, 3, 4", "layers.0.attention, false, 3, 4",
    "layers.0.mlp, true, 4, 3", "layers.0.mlp, false, 4, 4"
  })
  void halfALayer(String half, boolean parallel, int attentions, int mlps) {
    FreezePlan plan = FreezePlan.parse(List.of("embed", half), config(parallel));
    OpsRecorder calls = backward(plan, parallel);
    assertEquals(attentions, calls.count("attentionBackward"));
    assertEquals(mlps, calls.count("geluBackward"));
    assertNull(norms(calls).getLast().tensor(0));
  }

  /** A sequence goes through the frozen layers once, up to its last position that counts. */
  @ParameterizedTest
  @CsvSource({"1, true", "3, true", "4, true", "2, false", "4, false"})
  void outputsThatAreKnownAreNotComputedAgain(int frozen, boolean parallel) {
    OpsRecorder calls = new OpsRecorder();
    int[] tokens = tokens();
    int[] swapped = new int[BATCH * TIME];
    System.arraycopy(tokens, 0, swapped, TIME, TIME);
    System.arraycopy(tokens, TIME, swapped, 0, TIME);
    with(
        FreezePlan.bottom(frozen),
        parallel,
        calls,
        (device, model) -> {
          var budget = new PrefixCache.Budget(1 << 23, 0);
          try (var cache = new PrefixCache(device, config(parallel), budget)) {
            feed(model, tokens, new int[] {3, 8, 14}, cache);
            assertEquals(2, cache.size());
            assertEquals(0, cache.hitRate());
            assertEquals(LAYERS + frozen, calls.count("attentionForward"));
            calls.clear();
            feed(model, swapped, new int[] {5, 12, 17}, cache);
            assertEquals(2, cache.size());
            assertEquals(0.5, cache.hitRate());
            assertEquals(LAYERS - frozen, calls.count("attentionForward"));
            assertEquals(0, calls.count("embeddingForward"));
            calls.clear();
            feed(model, tokens, new int[] {3, 7, 14}, cache); // the first is shorter now
            assertEquals(3, cache.size());
            assertEquals(LAYERS, calls.count("attentionForward"));
          }
        });
  }

  private static void feed(Transformer model, int[] tokens, int[] rows, PrefixCache cache) {
    model.feed(tokens, BATCH, TIME, rows, new int[3], 3, cache);
    model.run(BATCH, TIME);
    model.backward(BATCH, TIME, 1, new float[3]);
  }

  private static OpsRecorder backward(FreezePlan plan, boolean parallel) {
    OpsRecorder calls = new OpsRecorder();
    int[] rows = {3, 8, 17};
    with(
        plan,
        parallel,
        calls,
        (_, model) -> {
          model.forward(tokens(), 0, BATCH, TIME, rows, new int[3], 3);
          calls.clear();
          model.backward(BATCH, TIME, 1, new float[3]);
        });
    return calls;
  }

  private interface Use {
    void of(Device device, Transformer model);
  }

  private static void with(FreezePlan plan, boolean parallel, OpsRecorder calls, Use use) {
    try (Device device = TestDevices.open(1);
        Parameters parameters = new Parameters(device, config(parallel));
        FlatBuffer gradients = new FlatBuffer(device, parameters.layout(), "gradients")) {
      device.onEachLane(
          (lane, ops) -> {
            try (Transformer model =
                new Transformer(
                    device,
                    calls.around(ops),
                    parameters,
                    gradients,
                    plan,
                    Recompute.NONE,
                    BATCH * TIME,
                    TIME)) {
              use.of(device, model);
            }
          });
    }
  }

  private static int[] tokens() {
    return new Random(3).ints(BATCH * TIME, 0, 11).toArray();
  }

  private static ModelConfig config(boolean parallel) {
    return new ModelConfig(LAYERS, 16, 2, 32, 11, TIME, 0.25, 10000, parallel, false, 1e-5);
  }
}
