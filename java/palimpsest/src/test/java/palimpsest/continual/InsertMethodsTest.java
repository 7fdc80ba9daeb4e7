package palimpsest.continual;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import palimpsest.base.UserException;
import palimpsest.data.Question;
import palimpsest.data.QuestionBatches;
import palimpsest.model.Insert;
import palimpsest.train.Scored;

/** Methods that train parameters beside the model's own, on a real model. */
class InsertMethodsTest {
  private static final OldData NONE = OldData.NONE;
  private static final SmallModel.Between NOTHING = SmallModel.Between.NOTHING;

  @ParameterizedTest
  @ValueSource(
      strings = {"lora:4", "olora:4", "adapter:8", "isolation:4", "isolation:3:branch=adapter"})
  void theLogitsAtStepZeroAreThoseOfTask0(String method) {
    try (var model = new SmallModel(1);
        Strategy strategy = StrategyRegistry.parse(method).begin()) {
      model.lookBack(strategy, 0);
      var batch = QuestionBatches.of(SmallModel.task(1).subList(0, 20));
      float[] before = model.learner.logits(batch);
      strategy.beforeTask(model.context(1));
      assertNotEquals(Insert.none(), model.learner.layout().insert());
      assertArrayEquals(before, model.learner.logits(batch));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "adapter:8",
        "prompt:4",
        "isolation:4",
        "isolation:3:branch=adapter",
        "isolation:2:branch=prompt"
      })
  void theModelsOwnWeightsStayOverTwoTasks(String method) {
    try (var model = new SmallModel(2);
        Strategy strategy = StrategyRegistry.parse(method).begin()) {
      float[] own = model.learner.copy();
      model.lookBack(strategy, 0);
      model.teach(strategy, NONE, 1, 60, NOTHING);
      model.teach(strategy, NONE, 2, 60, NOTHING);
      assertTrue(strategy.addedParameters() > 0);
      model.learner.insert(Insert.none(), new float[0]);
      assertArrayEquals(own, model.learner.copy());
    }
  }

  @Test
  void loraIsMergedAfterTheTask() {
    try (var model = new SmallModel(3);
        Strategy strategy = StrategyRegistry.parse("lora:4").begin()) {
      float[] own = model.learner.copy();
      model.lookBack(strategy, 0);
      model.teach(strategy, NONE, 1, 10, NOTHING);
      assertEquals(Insert.none(), model.learner.layout().insert());
      assertFalse(Arrays.equals(own, model.learner.copy()));
      assertEquals(0, strategy.addedParameters());
    }
  }

  @ParameterizedTest
  @CsvSource({"isolation:4", "isolation:3:branch=adapter", "isolation:2:branch=prompt"})
  void withAKnownTaskEveryTaskKeepsItsAnswers(String method) {
    try (var model = new SmallModel(4);
        Strategy strategy = StrategyRegistry.parse(method).begin()) {
      model.lookBack(strategy, 0);
      List<Question> old = SmallModel.task(0).subList(0, 30);
      List<Question> next = SmallModel.task(1).subList(0, 30);
      double[] before = losses(model.learner.score(old));
      model.teach(strategy, NONE, 1, 30, NOTHING);
      double[] learned = losses(answer(strategy, model, next, 1));
      assertArrayEquals(learned, losses(model.learner.score(next)));
      model.teach(strategy, NONE, 2, 30, NOTHING);
      assertArrayEquals(before, losses(answer(strategy, model, old, 0)));
      assertArrayEquals(learned, losses(answer(strategy, model, next, 1)));
      assertFalse(Arrays.equals(before, losses(model.learner.score(old))));
      assertEquals(Map.of(), strategy.notes());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"isolation:4:id=perplexity", "isolation:4:id=entropy:branch=adapter"})
  void anInferredTaskIsNotedAndAnsweredByItsBranch(String method) {
    try (var model = new SmallModel(5);
        Strategy strategy = StrategyRegistry.parse(method).begin()) {
      model.lookBack(strategy, 0);
      model.teach(strategy, NONE, 1, 60, NOTHING);
      float[] weights = model.learner.copy();
      List<Question> next = SmallModel.task(1).subList(0, 40);
      List<Scored> answers = answer(strategy, model, next, 1);
      assertArrayEquals(weights, model.learner.copy(), "an answer changes nothing");
      double share = strategy.notes().get("task_id_accuracy.task1");
      double[] own = losses(model.learner.score(next));
      double[] base = losses(model.learner.with(null, () -> model.learner.score(next)));
      int byBranch = 0;
      for (int i = 0; i < own.length; i++) {
        double loss = answers.get(i).loss();
        assertTrue(Math.abs(loss - own[i]) < 1e-4 || Math.abs(loss - base[i]) < 1e-4);
        byBranch += Math.abs(loss - own[i]) < 1e-4 ? 1 : 0;
      }
      assertEquals(share, byBranch / 40.0, 1e-9);
    }
  }

  /** As from a folder: the weights with the last branch merged in, and the strategy's state. */
  @Test
  void mergedBranchesAreTakenBackWhenTheTasksGoOn() {
    Method method = StrategyRegistry.parse("isolation:4");
    try (var model = new SmallModel(7);
        Strategy whole = method.begin();
        Strategy resumed = method.begin()) {
      model.lookBack(whole, 0);
      model.teach(whole, NONE, 1, 10, NOTHING);
      resumed.load(whole.state());
      float[] saved = Arrays.copyOf(model.learner.copy(), ownLength(model));
      float[] expected = model.teach(whole, NONE, 2, 10, NOTHING);
      model.learner.insert(Insert.none(), new float[0]);
      model.learner.restore(saved);
      assertArrayEquals(expected, model.teach(resumed, NONE, 2, 10, NOTHING));
      assertEquals(whole.state(), resumed.state());
    }
  }

  private static int ownLength(SmallModel model) {
    return Math.toIntExact(model.learner.layout().ownLength());
  }

  @Test
  void olorasPenaltyHasItsGradient() {
    Random random = new Random(3);
    int inputs = 5;
    float[] old = floats(random, 2 * inputs);
    float[] a = floats(random, 3 * inputs);
    for (int power = 1; power <= 2; power++) {
      float[] gradient = new float[a.length];
      OrthogonalLora.overlap(old, a, inputs, 0.7, power, gradient);
      for (int i = 0; i < a.length; i++) {
        float[] moved = a.clone();
        moved[i] += 1e-2f;
        double above = OrthogonalLora.overlap(old, moved, inputs, 0.7, power, new float[a.length]);
        double distance = moved[i];
        moved[i] = a[i] - 1e-2f;
        double below = OrthogonalLora.overlap(old, moved, inputs, 0.7, power, new float[a.length]);
        distance -= moved[i];
        assertEquals((above - below) / distance, gradient[i], 1e-4);
      }
    }
  }

  @Test
  void oloraIsLoraUntilThereIsAnEarlierPair() {
    float[] lora = taught("lora:4", 1);
    assertArrayEquals(lora, taught("olora:4", 1));
    assertFalse(Arrays.equals(taught("lora:4", 2), taught("olora:4", 2)));
  }

  private static float[] taught(String method, int tasks) {
    try (var model = new SmallModel(6);
        Strategy strategy = StrategyRegistry.parse(method).begin()) {
      model.lookBack(strategy, 0);
      for (int task = 1; task <= tasks; task++) {
        model.teach(strategy, NONE, task, 10, NOTHING);
      }
      return model.learner.copy();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "lora:4+freeze:2, lora cannot go together with freeze: it trains parameters beside",
    "freeze:2+adapter:4, adapter cannot go together with freeze",
    "lora:4+adapter:4, lora cannot go together with adapter",
    "lora:0, rank must be a whole number from 1 to 1024",
    "isolation:4:id=guess, 'id must be one of known, perplexity, entropy'",
    "lora:4:rate=0, rate must be a number above 0",
    "lara:4, no method is called"
  })
  void refusesWithTheReason(String method, String reason) {
    var refusal = assertThrows(UserException.class, () -> StrategyRegistry.parse(method));
    assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"prompt:65", "isolation:65:branch=prompt"})
  void aPromptLeavesRoomForTheQuestion(String method) {
    Method parsed = StrategyRegistry.parse(method);
    var refusal = assertThrows(UserException.class, () -> parsed.check(new Setting(4, 48, 128)));
    assertTrue(refusal.getMessage().contains("64 vectors at most"), refusal.getMessage());
  }

  @Test
  void replayGoesWithThem() {
    StrategyRegistry.parse("replay:0.2+lora:4").check(SmallModel.SETTING);
    StrategyRegistry.parse("prompt:4+replay:0.2").check(SmallModel.SETTING);
  }

  private static List<Scored> answer(
      Strategy strategy, SmallModel model, List<Question> questions, int task) {
    return strategy.answer(questions, OptionalInt.of(task), model.learner).orElseThrow();
  }

  private static double[] losses(List<Scored> scored) {
    return scored.stream().mapToDouble(Scored::loss).toArray();
  }

  private static float[] floats(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
