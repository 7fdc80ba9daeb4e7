package palimpsest.continual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
    Strategy strategy = StrategyRegistry.parse("replay:1:replacement=true").begin();
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
