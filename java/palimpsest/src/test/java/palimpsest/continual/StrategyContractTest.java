package palimpsest.continual;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import palimpsest.train.Scored;

/** What holds for every registered method, on a real model; each kind says what to try. */
class StrategyContractTest {
  private static final int STEPS = 6;
  private static final long SEED = 5;

  @TempDir Path folder;

  static Stream<String> examples() {
    return Stream.concat(
        StrategyRegistry.kinds().stream().flatMap(kind -> kind.examples().stream()),
        Stream.of("replay:0.2+freeze:2", "reservoir:60+freeze:random:2", "joint+bio"));
  }

  static Stream<String> neutralForms() {
    return StrategyRegistry.kinds().stream()
        .map(StrategyKind::neutral)
        .flatMap(
            neutral ->
                neutral instanceof Neutral.Form form ? Stream.of(form.method()) : Stream.of());
  }

  @Test
  void everyKindHasExamplesOfItsOwn() {
    for (StrategyKind kind : StrategyRegistry.kinds()) {
      String name = kind.declaration().name();
      assertFalse(kind.examples().isEmpty(), name);
      for (String example : kind.examples()) {
        assertTrue((example + ":").startsWith(name + ":"), example);
      }
      if (kind.neutral() instanceof Neutral.None none) {
        assertFalse(none.why().isBlank(), name);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void hasOneNameAndFits(String example) {
    Method method = StrategyRegistry.parse(example);
    assertEquals(method, StrategyRegistry.parse(method.name()));
    assertDoesNotThrow(() -> method.check(SmallModel.SETTING));
  }

  @ParameterizedTest
  @MethodSource("neutralForms")
  void itsNeutralFormIsSeqBitForBit(String neutral) {
    assertArrayEquals(weightsAfterBoth("seq", Look.NONE), weightsAfterBoth(neutral, Look.NONE));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void twiceTheSameBitsAndEvaluationChangesNone(String example) {
    assertArrayEquals(
        weightsAfterBoth(example, Look.NONE), weightsAfterBoth(example, Look.EVALUATE));
  }

  /** After tasks 0 and 1 a second strategy takes over from the first one's saved state. */
  @ParameterizedTest
  @MethodSource("examples")
  void goesOnFromItsSavedStateAsIfNothingHadHappened(String example) {
    Method method = StrategyRegistry.parse(example);
    try (var model = new SmallModel(SEED);
        Strategy whole = method.begin();
        Strategy resumed = method.begin()) {
      model.lookBack(whole, 0);
      model.teach(whole, method.oldData(), 1, STEPS, SmallModel.Between.NOTHING);
      whole.state().save(folder);
      resumed.load(StrategyState.load(folder));
      assertEquals(whole.state(), resumed.state());
      assertEquals(whole.occupancy(), resumed.occupancy());
      assertEquals(whole.extraBytes(), resumed.extraBytes());
      float[] start = model.learner.copy();
      float[] expected = model.teach(whole, method.oldData(), 2, STEPS, SmallModel.Between.NOTHING);
      model.learner.restore(start);
      assertArrayEquals(
          expected, model.teach(resumed, method.oldData(), 2, STEPS, SmallModel.Between.NOTHING));
    }
  }

  /** Killed in the middle of task 2, and gone on with by a new strategy on a new model. */
  @ParameterizedTest
  @MethodSource("examples")
  void goesOnInTheMiddleOfATaskAsIfNothingHadHappened(String example) {
    Method method = StrategyRegistry.parse(example);
    try (var whole = new SmallModel(SEED);
        var killed = new SmallModel(SEED);
        var resumed = new SmallModel(SEED);
        Strategy toTheEnd = method.begin();
        Strategy first = method.begin();
        Strategy second = method.begin()) {
      learnTasks0And1(whole, toTheEnd, method);
      learnTasks0And1(killed, first, method);
      resumed.become(killed);
      StrategyState atTheStart = first.state();
      SmallModel.Middle middle = killed.teachSome(first, method.oldData(), 2, STEPS / 2);
      assertEquals(atTheStart, first.state(), "it changes only when a task is over");
      middle.midway().save(folder);
      second.load(first.state());
      float[] expected =
          whole.teach(toTheEnd, method.oldData(), 2, STEPS, SmallModel.Between.NOTHING);
      var read =
          new SmallModel.Middle(
              middle.weights(),
              middle.moments(),
              middle.steps(),
              middle.place(),
              StrategyState.load(folder));
      assertArrayEquals(expected, resumed.teachRest(second, method.oldData(), 2, read, STEPS));
      assertEquals(toTheEnd.state(), second.state());
      assertEquals(toTheEnd.notes(), second.notes());
      assertEquals(toTheEnd.extraBytes(), second.extraBytes());
    }
  }

  private static void learnTasks0And1(SmallModel model, Strategy strategy, Method method) {
    model.lookBack(strategy, 0);
    model.teach(strategy, method.oldData(), 1, STEPS, SmallModel.Between.NOTHING);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void aBufferNeverExceedsItsCapacityAndLeavesRoomForTheNewTask(String example) {
    Method method = StrategyRegistry.parse(example);
    try (var model = new SmallModel(SEED);
        Strategy strategy = method.begin()) {
      model.lookBack(strategy, 0);
      check(strategy);
      for (int task = 1; task <= 2; task++) {
        model.teach(strategy, method.oldData(), task, STEPS, _ -> check(strategy));
        check(strategy);
      }
    }
  }

  private static void check(Strategy strategy) {
    Occupancy occupancy = strategy.occupancy();
    assertTrue(occupancy.stored() <= occupancy.capacity(), occupancy::toString);
  }

  /** Rows of other tasks than declared stop {@link StrategySteps}; these are looked into. */
  @ParameterizedTest
  @MethodSource("examples")
  void usesTheOldQuestionsThatItDeclares(String example) {
    Method method = StrategyRegistry.parse(example);
    try (var model = new SmallModel(SEED);
        Strategy strategy = method.begin()) {
      model.lookBack(strategy, 0);
      model.teach(
          strategy,
          method.oldData(),
          1,
          STEPS,
          task -> {
            List<Row> rows = strategy.compose(SmallModel.ROWS, task);
            assertTrue(rows.size() < SmallModel.ROWS);
            rows.forEach(row -> assertEquals(0, row.task()));
            if (method.oldData() == OldData.STORED) {
              rows.forEach(
                  row -> assertTrue(SmallModel.task(0).contains(row.question()), row::toString));
            }
          });
    }
  }

  private enum Look {
    NONE,
    EVALUATE
  }

  /** Of a model that was taught tasks 1 and 2 after task 0 was known. */
  private static float[] weightsAfterBoth(String written, Look look) {
    Method method = StrategyRegistry.parse(written);
    try (var model = new SmallModel(SEED);
        Strategy strategy = method.begin()) {
      SmallModel.Between between =
          look == Look.NONE ? SmallModel.Between.NOTHING : _ -> evaluate(model, strategy);
      model.lookBack(strategy, 0);
      model.teach(strategy, method.oldData(), 1, STEPS, between);
      return model.teach(strategy, method.oldData(), 2, STEPS, between);
    }
  }

  private static void evaluate(SmallModel model, Strategy strategy) {
    List<Scored> scored = new ArrayList<>(model.learner.score(SmallModel.task(0)));
    assertEquals(SmallModel.task(0).size(), scored.size());
    strategy.extraBytes();
    strategy.occupancy();
  }
}
