package palimpsest.continual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import palimpsest.base.RandomStream;
import palimpsest.data.Question;
import palimpsest.model.FreezePlan;

class ReplayTest {
  private static final int ROWS = SmallModel.ROWS;
  private static final List<Question> OLD = SmallModel.task(0);
  private static final List<Question> NEW = SmallModel.task(1);

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.2, 1})
  void bufferHoldsTheShareAskedFor(double ratio) {
    Strategy strategy = StrategyRegistry.parse("replay:" + ratio).begin();
    TaskContext task = learnOldThenBeginNew(strategy, 3);
    Set<Question> seen = seen(strategy, task);
    int capacity = (int) Math.max(1, Math.round(ratio * OLD.size()));
    assertEquals(capacity, seen.size());
    assertEquals(new Occupancy(capacity, capacity), strategy.occupancy());
    long bytes = seen.stream().mapToLong(question -> 4L * question.length()).sum();
    assertEquals(bytes, strategy.extraBytes());
  }

  @Test
  void withReplacementStoresFewerDifferentQuestions() {
    Strategy strategy = StrategyRegistry.parse("replay:1:replacement").begin();
    TaskContext task = learnOldThenBeginNew(strategy, 3);
    double distinct = seen(strategy, task).size() / (double) OLD.size();
    assertEquals(1 - Math.exp(-1), distinct, 0.1);
  }

  @Test
  void seedsAndRepeatsDrawDifferently() {
    Set<List<Row>> draws = new HashSet<>();
    for (long seed = 1; seed <= 3; seed++) {
      for (int repeat = 0; repeat < 2; repeat++) {
        Strategy strategy = StrategyRegistry.parse("replay:0.2").begin();
        strategy.afterTask(new TaskContext(seed, repeat, 0, OLD, null));
        TaskContext task = new TaskContext(seed, repeat, 1, NEW, null);
        strategy.beforeTask(task);
        draws.add(strategy.compose(ROWS, task));
      }
    }
    assertEquals(6, draws.size());
  }

  @Test
  void mixSaysHowManyRows() {
    Strategy half = StrategyRegistry.parse("replay:0.2").begin();
    assertEquals(24, half.compose(ROWS, learnOldThenBeginNew(half, 1)).size());
    Strategy fifth = StrategyRegistry.parse("replay:1:mix=0.2").begin();
    assertEquals(10, fifth.compose(ROWS, learnOldThenBeginNew(fifth, 1)).size());
  }

  @Test
  void freezesTheEmbeddingAndTheBottomToo() {
    Strategy strategy = StrategyRegistry.parse("replay:0.2+freeze:2").begin();
    TaskContext task = learnOldThenBeginNew(strategy, 1);
    assertEquals(FreezePlan.bottom(2), strategy.trainable(task));
    assertNotEquals(List.of(), strategy.compose(ROWS, task));
  }

  @Test
  void concatenatedEachEpochHasEveryQuestionOnce() {
    Strategy strategy = StrategyRegistry.parse("replay:0.5:concat").begin();
    TaskContext task = learnOldThenBeginNew(strategy, 4);
    List<Row> stored = new ArrayList<>();
    int steps = (150 + NEW.size()) / 50;
    for (int step = 0; step < steps; step++) {
      stored.addAll(strategy.compose(50, task));
    }
    assertEquals(150, stored.size());
    assertEquals(150, new HashSet<>(stored).size());
  }

  @Test
  void concatenatedABatchHasANewQuestionAtLeast() {
    var epochs =
        new Epochs(
            OLD.stream().map(question -> new Row(question, 0)).toList(),
            1,
            RandomStream.of(1, "test"));
    for (int step = 0; step < 50; step++) {
      assertTrue(epochs.next(4).size() < 4);
    }
  }

  /** Each of 600 questions is in one of 60 places with probability 1/10, whatever its task. */
  @Test
  void reservoirKeepsEachQuestionAsLikelyAsAnother() {
    int[] kept = new int[3];
    int seeds = 200;
    for (int seed = 0; seed < seeds; seed++) {
      for (Row row : kept("reservoir:60", seed)) {
        kept[row.task()]++;
      }
    }
    for (int task = 0; task < 3; task++) {
      double expected = seeds * 60.0 * SmallModel.task(task).size() / 600;
      assertEquals(expected, kept[task], 0.05 * expected);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "60, 20, 20, 20",
    "61, 21, 20, 20",
    "62, 21, 21, 20",
    "1000, 300, 200, 100",
    "2, 1, 1, 0"
  })
  void balancedGivesEveryTaskItsShare(int capacity, int first, int second, int third) {
    List<Row> kept = kept("balanced:" + capacity, 1);
    List<Integer> shares =
        IntStream.range(0, 3)
            .map(task -> (int) kept.stream().filter(row -> row.task() == task).count())
            .boxed()
            .toList();
    assertEquals(List.of(first, second, third), shares);
    assertEquals(kept.size(), new HashSet<>(kept).size());
  }

  @Test
  void sparseReplaysAShareOfWhatWasLearned() {
    Strategy strategy = StrategyRegistry.parse("sparse:store=0.01:rate=0.1:every=100").begin();
    TaskContext task = learnOldThenBeginNew(strategy, 1);
    assertEquals(new Occupancy(3, 3), strategy.occupancy());
    int replayed = 0;
    int fresh = 0;
    for (int step = 0; step < 1000; step++) {
      int old = strategy.compose(ROWS, task).size();
      assertTrue(old < ROWS);
      replayed += old;
      fresh += ROWS - old;
    }
    assertEquals(0.1, replayed / (double) fresh, 0.001);
  }

  @Test
  void sparseSpreadsWhatOneBatchHasNoRoomFor() {
    Strategy strategy = StrategyRegistry.parse("sparse:rate=1:every=96").begin();
    TaskContext task = learnOldThenBeginNew(strategy, 1);
    List<Integer> sizes = new ArrayList<>();
    for (int step = 0; step < 6; step++) {
      sizes.add(strategy.compose(ROWS, task).size());
    }
    assertEquals(List.of(0, 0, 47, 47, 2, 0), sizes);
  }

  /** What is stored once all three tasks were learned. */
  private static List<Row> kept(String method, int seed) {
    Strategy strategy = StrategyRegistry.parse(method).begin();
    for (int task = 0; task < 3; task++) {
      strategy.afterTask(new TaskContext(seed, 0, task, SmallModel.task(task), null));
    }
    var memory = new Memory(0);
    memory.load(strategy.state());
    return memory.rows();
  }

  static TaskContext learnOldThenBeginNew(Strategy strategy, long seed) {
    strategy.afterTask(new TaskContext(seed, 0, 0, OLD, null));
    TaskContext task = new TaskContext(seed, 0, 1, NEW, null);
    strategy.beforeTask(task);
    return task;
  }

  static Set<Question> seen(Strategy strategy, TaskContext task) {
    Set<Question> seen = new HashSet<>();
    for (int step = 0; step < 300; step++) {
      strategy.compose(ROWS, task).forEach(row -> seen.add(row.question()));
    }
    return seen;
  }
}
