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
import palimpsest.base.RandomStream;
import palimpsest.model.FreezePlan;
import palimpsest.model.ModelConfig;
import palimpsest.model.ParameterLayout;

class FreezingTest {
  /** The table of released configurations: what they say, and what they freeze. */
  @ParameterizedTest
  @CsvSource({
    "1, 12, 0",
    "2, 12, 0-1;10-11",
    "3, 12, 0-2;10-11",
    "6, 12, 0-5;10-11",
    "7, 12, 0-6;10-11",
    "9, 12, 0-8;10-11",
    "1, 32, 0",
    "2, 32, 0-1;10-19",
    "3, 32, 0-2;10-29",
    "6, 32, 0-5;10-31",
    "7, 32, 0-6;10-31",
    "2, 11, 0-1;10-10",
    "2, 10, 0-1",
    "4, 4, 0-3"
  })
  void asReleasedFreezesWhatHasTheNameInItsOwn(int n, int layers, String frozen) {
    assertEquals(embeddingAnd(frozen, layers), SubstringFreeze.bottom(n, layers));
  }

  /** {@code deep} has twelve layers, {@code tiny} four. */
  @Test
  void asReleasedDiffersFromElevenLayersUpOnly() {
    for (int layers = 2; layers <= 10; layers++) {
      assertEquals(FreezePlan.bottom(2), SubstringFreeze.bottom(2, layers));
    }
    for (int layers = 11; layers <= 32; layers++) {
      assertNotEquals(FreezePlan.bottom(2), SubstringFreeze.bottom(2, layers));
    }
  }

  @Test
  void theReleasedDefaultFreezesOneLayerAndThoseThatSoundLikeIt() {
    assertEquals(
        FreezePlan.parse(List.of("layers.1", "layers.10-11"), 12, false),
        SubstringFreeze.of(List.of("layers.1"), 12));
    assertEquals(FreezePlan.parse(List.of("layers.1"), 4, false), trainable("seq:as-released", 1));
    assertEquals(FreezePlan.NONE, trainable("seq:as-released", 0));
  }

  @ParameterizedTest
  @CsvSource({
    "freeze:2, 0, ''",
    "freeze:2, 1, embed;layers.0-1",
    "freeze:2, 2, embed;layers.0-1",
    "freeze:2:from-first, 0, embed;layers.0-1",
    "freeze:embed, 1, embed",
    "freeze:layers.0-2;head, 1, layers.0-2;head",
    "freeze:layers.3.mlp;norm, 1, layers.3.mlp;norm",
    "freeze:top:2, 0, ''",
    "freeze:top:2, 1, layers.2-3;head"
  })
  void freezesWhatIsNamedFromItsTaskOn(String method, int task, String names) {
    FreezePlan expected =
        names.isEmpty() ? FreezePlan.NONE : FreezePlan.parse(List.of(names.split(";")), 4, false);
    assertEquals(expected, trainable(method, task));
  }

  @ParameterizedTest
  @CsvSource({"false, 1", "false, 3", "false, 12", "true, 1", "true, 5"})
  void controlsTrainAsManyWeights(boolean tiedHead, int n) {
    var shape = new ModelConfig(12, 8, 2, 32, 40, 16, 0.5, 10_000, true, tiedHead, 1e-5);
    var layout = new ParameterLayout(shape);
    long trained = FreezePlan.bottom(n).trainable(layout);
    assertEquals(trained, FreezeControl.top(n, shape).trainable(layout));
    Set<FreezePlan> drawn = new HashSet<>();
    for (int seed = 0; seed < 20; seed++) {
      FreezePlan plan = FreezeControl.random(n, shape, RandomStream.of(seed, "test"));
      assertEquals(trained, plan.trainable(layout));
      assertEquals(plan, FreezeControl.random(n, shape, RandomStream.of(seed, "test")));
      drawn.add(plan);
    }
    assertTrue(drawn.size() > (n < 12 ? 10 : 0), drawn::toString);
  }

  @Test
  void randomIsTheSameInEveryTask() {
    assertEquals(trainable("freeze:random:2", 1), trainable("freeze:random:2", 2));
  }

  @Test
  void stopsWhereItSays() {
    assertEquals(0.95, StrategyRegistry.parse("freeze:2:stop=0.95").begin().target().orElseThrow());
    assertTrue(StrategyRegistry.parse("freeze:2").begin().target().isEmpty());
    assertEquals(
        0.95, StrategyRegistry.parse("freeze:2:stop=0.95+replay:1").begin().target().orElseThrow());
  }

  private static FreezePlan trainable(String method, int task) {
    try (var model = new SmallModel(1);
        Strategy strategy = StrategyRegistry.parse(method).begin()) {
      model.begin();
      return strategy.trainable(model.context(task));
    }
  }

  private static FreezePlan embeddingAnd(String ranges, int layers) {
    var names = new ArrayList<>(List.of("embed"));
    for (String range : ranges.split(";")) {
      int[] ends = IntStream.of(0, 1).map(i -> end(range, i)).toArray();
      names.add("layers.%d-%d".formatted(ends[0], ends[1]));
    }
    return FreezePlan.parse(names, layers, false);
  }

  private static int end(String range, int which) {
    String[] ends = range.split("-");
    return Integer.parseInt(ends[Math.min(which, ends.length - 1)]);
  }
}
