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
import org.junit.jupiter.params.provider.ValueSource;
import palimpsest.data.Question;
import palimpsest.model.FreezePlan;

class StrategyContractTest {
  private static final int ROWS = 48;
  private static final List<Question> OLD = questions(0, 300);
  private static final List<Question> NEW = questions(300, 200);

  @ParameterizedTest
  @ValueSource(strings = {"seq", "freeze:0", "replay:0.2:mix=0", "replay:0.2:mix=0+freeze:0"})
  void strengthZeroIsSeq(String method) {
    Strategy strategy = StrategyRegistry.parse(method).begin();
    TaskContext task = learnOldThenBeginNew(strategy, 1);
    assertEquals(FreezePlan.NONE, strategy.trainable(task));
    for (int step = 0; step < 5; step++) {
      assertEquals(List.of(), strategy.compose(ROWS, task));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"seq", "freeze:2", "replay:0.2", "replay:1:mix=0.2", "replay:0.2+freeze:2"})
  void sameSeedSameRowsWhateverElseHappens(String method) {
    Strategy one = StrategyRegistry.parse(method).begin();
    Strategy other = StrategyRegistry.parse(method).begin();
    TaskContext ofOne = learnOldThenBeginNew(one, 7);
    TaskContext ofOther = learnOldThenBeginNew(other, 7);
    for (int step = 0; step < 20; step++) {
      List<Row> expected = one.compose(ROWS, ofOne);
      // what an evaluation asks of a strategy, between two steps
      other.trainable(ofOther);
      other.extraBytes();
      assertEquals(expected, other.compose(ROWS, ofOther));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"seq", "freeze:2", "replay:0.2", "replay:1:mix=0.9", "replay:0.2+freeze:2"})
  void leavesRoomForTheNewTaskAndReplaysOldQuestionsOnly(String method) {
    Strategy strategy = StrategyRegistry.parse(method).begin();
    TaskContext task = learnOldThenBeginNew(strategy, 1);
    for (int step = 0; step < 20; step++) {
      List<Row> rows = strategy.compose(ROWS, task);
      assertTrue(rows.size() < ROWS);
      rows.forEach(
          row -> {
            assertEquals(0, row.task());
            assertTrue(OLD.contains(row.question()));
          });
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.2, 1})
  void bufferHoldsTheShareAskedFor(double ratio) {
    Strategy strategy = StrategyRegistry.parse("replay:" + ratio).begin();
    TaskContext task = learnOldThenBeginNew(strategy, 3);
    Set<Question> seen = seen(strategy, task);
    int capacity = (int) Math.max(1, Math.round(ratio * OLD.size()));
    assertEquals(capacity, seen.size());
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
  void freezesTheEmbeddingAndTheBottom() {
    Strategy strategy = StrategyRegistry.parse("replay:0.2+freeze:2").begin();
    TaskContext task = learnOldThenBeginNew(strategy, 1);
    assertEquals(FreezePlan.bottom(2), strategy.trainable(task));
    assertNotEquals(List.of(), strategy.compose(ROWS, task));
  }

  private static TaskContext learnOldThenBeginNew(Strategy strategy, long seed) {
    strategy.afterTask(new TaskContext(seed, 0, 0, OLD, null));
    TaskContext task = new TaskContext(seed, 0, 1, NEW, null);
    strategy.beforeTask(task);
    return task;
  }

  private static Set<Question> seen(Strategy strategy, TaskContext task) {
    Set<Question> seen = new HashSet<>();
    for (int step = 0; step < 300; step++) {
      strategy.compose(ROWS, task).forEach(row -> seen.add(row.question()));
    }
    return seen;
  }

  private static List<Question> questions(int firstSubject, int count) {
    return new ArrayList<>(
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    new Question(
                        firstSubject + i / 6,
                        "a" + i % 6,
                        "p",
                        "a",
                        new int[5],
                        new int[1 + i % 3]))
            .toList());
  }
}
