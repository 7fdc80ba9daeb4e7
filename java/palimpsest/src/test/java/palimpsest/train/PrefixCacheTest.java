package palimpsest.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import palimpsest.data.Batch;
import palimpsest.model.FreezePlan;
import palimpsest.model.MemoryUse;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameters;
import palimpsest.model.PrefixCache.Budget;
import palimpsest.model.Recompute;
import palimpsest.model.ReferenceModel;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.TestDevices;

/** What frozen layers leave is the same, whether it was kept, and where, or computed again. */
@Tag(TestDevices.CONTRACT)
class PrefixCacheTest {
  private static final Recipe RECIPE =
      new Recipe(100, 1e-2, 0.1, 0, 0.9, 0.999, 1e-8, 0.1, true, 1);

  /** A first moment without memory is the gradient. */
  private static final Recipe SHOW_GRADIENT = new Recipe(1, 0, 1, 0, 0, 0.999, 1e-8, 0, false, 0);

  private static final int TIME = 9;
  private static final int VOCABULARY = 11;
  private static final int STEPS = 12;

  private static final Budget MEMORY = new Budget(1 << 24, 0);

  /** Too little memory for a single block. */
  private static final Budget OVERFLOW = new Budget(1, 1 << 24);

  private static final Budget NO_ROOM = new Budget(1, 0);

  @ParameterizedTest
  @CsvSource({"1, true, 1", "2, true, 2", "3, true, 2", "1, false, 2", "3, false, 1"})
  void keptOrNotTheWeightsAreTheSame(int frozen, boolean parallel, int lanes) {
    float[] computed = train(frozen, parallel, lanes, NO_ROOM);
    assertArrayEquals(computed, train(frozen, parallel, lanes, MEMORY));
    assertArrayEquals(computed, train(frozen, parallel, lanes, OVERFLOW));
  }

  @ParameterizedTest
  @MethodSource("palimpsest.ops.TestDevices#dtypes")
  void inEachType(DType dtype) {
    assertArrayEquals(
        train(TestDevices.open(dtype), 2, true, NO_ROOM),
        train(TestDevices.open(dtype), 2, true, MEMORY));
  }

  @ParameterizedTest
  @CsvSource({"1, true, 1", "3, true, 2", "2, false, 1"})
  void theGradientIsThatOfABatchAsAWhole(int frozen, boolean parallel, int lanes) {
    float[] bySequence = gradient(frozen, parallel, lanes, MEMORY);
    float[] inABatch = gradient(frozen, parallel, lanes, Budget.NONE);
    assertArrayEquals(inABatch, bySequence, 1e-5f);
  }

  private static float[] gradient(int frozen, boolean parallel, int lanes, Budget budget) {
    try (Device device = TestDevices.open(lanes);
        Parameters parameters = parameters(device, parallel);
        Learner learner = new Learner(device, parameters, use(budget))) {
      learner.begin(SHOW_GRADIENT, FreezePlan.bottom(frozen));
      learner.step(batch(1));
      return learner.moments().first();
    }
  }

  /** The weights after some steps on rows that come again in other company. */
  private static float[] train(int frozen, boolean parallel, int lanes, Budget budget) {
    return train(TestDevices.open(lanes), frozen, parallel, budget);
  }

  private static float[] train(Device opened, int frozen, boolean parallel, Budget budget) {
    try (Device device = opened;
        Parameters parameters = parameters(device, parallel);
        Learner learner = new Learner(device, parameters, use(budget))) {
      learner.begin(RECIPE, FreezePlan.bottom(frozen));
      for (int step = 0; step < STEPS; step++) {
        learner.step(batch(step));
      }
      return parameters.copy();
    }
  }

  /** What was kept for other weights is not used. */
  @Test
  void otherFrozenWeightsHaveOtherOutputs() {
    try (Device device = TestDevices.open(2);
        Parameters parameters = parameters(device, true);
        Learner learner = new Learner(device, parameters, use(MEMORY))) {
      float[] others = ReferenceModel.randomWeights(parameters.layout(), 2);
      learner.begin(RECIPE, FreezePlan.bottom(2));
      learner.step(batch(0));
      parameters.restore(others);
      double known = learner.step(batch(0)).loss();
      learner.begin(RECIPE, FreezePlan.bottom(1));
      parameters.restore(others);
      learner.step(batch(0));
      learner.begin(RECIPE, FreezePlan.bottom(2));
      parameters.restore(others);
      assertEquals(known, learner.step(batch(0)).loss());
      try (var fresh = new Learner(device, parameters, use(NO_ROOM))) {
        parameters.restore(others);
        fresh.begin(RECIPE, FreezePlan.bottom(2));
        assertEquals(known, fresh.step(batch(0)).loss());
      }
    }
  }

  @Test
  void saysHowMuchItFinds() {
    try (Device device = TestDevices.open(1);
        Parameters parameters = parameters(device, true);
        Learner learner = new Learner(device, parameters, use(MEMORY))) {
      learner.begin(RECIPE, FreezePlan.NONE);
      learner.step(batch(0));
      assertEquals(Optional.empty(), learner.frozenOutputs());
      learner.begin(RECIPE, FreezePlan.bottom(2));
      learner.step(batch(0));
      for (int again = 0; again < 3; again++) {
        learner.step(batch(0));
      }
      String text = learner.frozenOutputs().orElseThrow();
      // Each is looked for four times, and is there but for the first.
      assertEquals(
          "outputs of frozen layers: 3 sequences kept, 75 % of those looked for found", text);
    }
  }

  /** Several terms, each in several passes: as a method with a memory trains. */
  @Test
  void aBatchInSeveralPassesHasTheSameLoss() {
    try (Device device = TestDevices.open(1);
        Parameters parameters = parameters(device, true)) {
      float[] weights = parameters.copy();
      double[] losses = new double[2];
      for (int i = 0; i < losses.length; i++) {
        parameters.restore(weights);
        try (var learner =
            new Learner(device, parameters, use(i == 0 ? MEMORY : NO_ROOM), 2 * TIME)) {
          learner.begin(RECIPE, FreezePlan.bottom(2));
          for (int step = 0; step < 3; step++) {
            List<Term> terms =
                List.of(
                    Term.task(batch(step)),
                    new Term("old", batch(step + 1), Objective.TARGETS, 0.5));
            losses[i] = learner.step(terms, null).loss();
          }
        }
      }
      assertEquals(losses[0], losses[1]);
    }
  }

  private static MemoryUse use(Budget budget) {
    return new MemoryUse(Recompute.NONE, budget);
  }

  private static Parameters parameters(Device device, boolean parallel) {
    ModelConfig config =
        new ModelConfig(3, 18, 3, 23, VOCABULARY, TIME, 0.5, 50, parallel, false, 1e-5);
    var parameters = new Parameters(device, config);
    parameters.restore(ReferenceModel.randomWeights(parameters.layout(), 1));
    return parameters;
  }

  /** Some of six sequences of different lengths, the last position of each to be predicted. */
  private static Batch batch(int seed) {
    Random random = new Random(seed);
    int rows = 3 + seed % 3;
    int[] tokens = new int[rows * TIME];
    int[] targets = new int[rows * TIME];
    Arrays.fill(targets, Batch.IGNORED);
    for (int row = 0; row < rows; row++) {
      int sequence = random.nextInt(6);
      int[] own = new Random(100 + sequence).ints(TIME, 0, VOCABULARY).toArray();
      System.arraycopy(own, 0, tokens, row * TIME, TIME);
      int last = TIME - 1 - sequence;
      targets[row * TIME + last] = own[0];
      targets[row * TIME + last - 1] = own[1];
    }
    return new Batch(rows, TIME, tokens, targets);
  }
}
