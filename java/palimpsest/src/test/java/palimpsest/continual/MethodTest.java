package palimpsest.continual;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.base.UserException;

class MethodTest {
  private static final Setting TINY = new Setting(4, 48, 128);

  @ParameterizedTest
  @CsvSource({
    "seq, seq",
    "freeze:2, freeze:2",
    "freeze:layers=2, freeze:2",
    "freeze:02, freeze:2",
    "replay:0.2, replay:0.2",
    "replay:.2, replay:0.2",
    "replay:1, replay:1.0",
    "replay:0.2:mix=0.5, replay:0.2",
    "replay:0.2:mix=0.25, replay:0.2:mix=0.25",
    "replay:mix=0.25:ratio=0.2, replay:0.2:mix=0.25",
    "ewc, ewc",
    "ewc:1000, ewc",
    "ewc:200, ewc:200.0",
    "ewc:strength=2e2:fisher=exact, ewc:200.0:fisher=exact",
    "ewc:1e9, ewc:1.0E9",
    "ewc:fisher=empirical:questions=0, ewc",
    "lwf:0.5:temperature=3, lwf:0.5:temperature=3.0",
    "der++, der++",
    "der++:20:alpha=1, der++:20:alpha=1.0",
    "der+++freeze:2, der+++freeze:2",
    "freeze:2+der++, freeze:2+der++",
    "agem:20, agem:20",
    "task-vector:0.4, task-vector:0.4",
    "replay:0.2:replacement=true, replay:0.2:replacement",
    "replay:0.2:replacement=false, replay:0.2",
    "replay:concat:0.2, replay:0.2:concat",
    "seq:as-released, seq:as-released",
    "freeze:2:as-released, freeze:2:as-released",
    "freeze:from-first:2, freeze:2:from-first",
    "freeze:2:stop=0.95, freeze:2:stop=0.95",
    "freeze:embed, freeze:embed",
    "freeze:layers.0-2;head, freeze:layers.0-2;head",
    "freeze:top:2, freeze:top:2",
    "freeze:random:layers=2, freeze:random:2",
    "joint+bio, joint+bio",
    "joint+freeze:2+bio:share=0.30, joint+freeze:2+bio:0.3",
    "reservoir:300, reservoir:300",
    "balanced:300:mix=0.25, balanced:300:mix=0.25",
    "sparse:rate=0.02, sparse:rate=0.02",
    "' replay:0.2 + freeze:2 ', replay:0.2+freeze:2"
  })
  void hasOneName(String written, String name) {
    Method method = StrategyRegistry.parse(written);
    assertEquals(name, method.name());
    assertEquals(method, StrategyRegistry.parse(name));
    assertDoesNotThrow(() -> method.check(TINY));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "frezze:2 | 'freeze'",
        "\"\" | no method",
        "rather | there are seq[:as-released], joint, single, bio[:s], freeze:n[:from-first]",
        "freeze | layers is missing; it is written freeze:n",
        "freeze:two | layers must be a number of layers, or names with ';' between them: embed,"
            + " layers.2",
        "freeze:embed;layer.2 | layers must be a number of layers, or names",
        "freeze:top:two | layers must be a whole number, 0 or more, not 'two'",
        "freeze:top:embed | it is written freeze:top:n",
        "freeze:2:stop=0 | stop must be a share above 0 and up to 1",
        "freeze:2:from-frist | did you mean 'from-first'?",
        "seq:as-relased | did you mean 'as-released'?",
        "reservior:30 | did you mean 'reservoir'?",
        "reservoir | capacity is missing; it is written reservoir:c[:mix=m]",
        "reservoir:1.5 | capacity must be a whole number, 0 or more",
        "bio:share=2 | share must be a share from 0 to 1",
        "sparse:store=0 | store must be a share above 0",
        "joint+replay:0.2 | joint has no sequence of tasks in which replay could keep anything",
        "single+joint | has no sequence of tasks",
        "seq:as-released+freeze:2 | seq stands alone",
        "freeze:-1 | layers must be a number of layers",
        "freeze:1:2 | '2' is too much",
        "freeze:1:layers=2 | layers is given twice",
        "replay:0 | ratio must be a share above 0 and up to 1, not '0'",
        "replay:1.5 | ratio must be",
        "replay:NaN | ratio must be",
        "replay:0.2:mix=1 | mix must be a share from 0 to just below 1",
        "replay:0.2:mx=0.5 | did you mean 'mix'?",
        "replay:0.2:replacement=yes | replacement must be true or false, not 'yes'",
        "freeze:1+freeze:2 | freeze can be given once only",
        "replay:0.2+replay:0.3 | replay can be given once only",
        "seq+freeze:2 | seq stands alone",
        "freeze:2+ | no method is called ''",
        "ewc:-1 | strength must be a number, 0 or more, not '-1'",
        "ewc:Infinity | strength must be",
        "ewc:fisher=exakt | fisher must be one of empirical, sampled, exact, batch, not 'exakt'",
        "ewc:gamma=1.1 | gamma must be a share from 0 to 1",
        "task-vector:1.5 | alpha must be a share from 0 to 1"
      })
  void saysWhatIsWrong(String written, String expected) {
    String message =
        assertThrows(UserException.class, () -> StrategyRegistry.parse(written)).getMessage();
    assertTrue(message.contains(expected), message);
    assertTrue(message.startsWith("method '" + written + "': "), message);
    assertFalse(message.contains("\n"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "freeze:5 | method 'freeze:5': the model has 4 layers",
        "freeze:layers.2-4 | layers.2-4: the model's layers are layers.0 to layers.3",
        "freeze:embed;layers.0-3;norm;head | nothing is left to train",
        "freeze:embed:as-released | as-released goes with a number of layers",
        "freeze:top:5 | the model has 4 layers",
        "replay:0.2:mix=0.25:concat | concat says how much is mixed in; leave out mix=0.25",
        "reservoir:10:mix=0.999 | leaves no row",
        "bio:share=0.001 | share=0.001 is less than one row of 48",
        "sparse:every=0 | every must be 1 or more",
        "sparse:every=10 | rate=0.01 of every 10 is less than one question",
        "replay:0.2+freeze:5 | method 'freeze:5': the model has 4 layers",
        "replay:0.2:mix=0.99 | leaves no row of a batch of 48 to the new task",
        "replay:0.2:mix=0.01 | mix=0.01 is less than one row of 48",
        "ewc:fisher=exact:questions=51 | fisher=exact takes 50 questions at most",
        "lwf:temperature=0 | temperature must be above 0",
        "projection:runs=0 | runs must be 1 or more",
        "projection:from=5:to=5 | to must be a later step than from"
      })
  void doesNotFitTheExperiment(String written, String expected) {
    Method method = StrategyRegistry.parse(written);
    String message = assertThrows(UserException.class, () -> method.check(TINY)).getMessage();
    assertTrue(message.contains(expected), message);
  }

  @Test
  void aHeadThatIsTheEmbeddingIsNamedSo() {
    Method method = StrategyRegistry.parse("freeze:head");
    var tied = new Setting(4, 48, 128, true);
    String message = assertThrows(UserException.class, () -> method.check(tied)).getMessage();
    assertTrue(message.contains("output matrix is its embedding; write embed"), message);
  }

  @Test
  void partsDecideTogether() {
    assertEquals(Course.JOINT, StrategyRegistry.parse("joint+freeze:2:from-first").course());
    assertEquals(Course.ALL_TASKS, StrategyRegistry.parse("replay:1+freeze:2:from-first").course());
    assertEquals(Course.LATER_TASKS, StrategyRegistry.parse("replay:1+freeze:2").course());
    assertEquals(OldData.STORED, StrategyRegistry.parse("bio+replay:1").oldData());
    assertEquals(OldData.TEXTS, StrategyRegistry.parse("bio+freeze:2").oldData());
  }

  @Test
  void wordsStandForMethods() {
    List<String> core = MethodSets.expand(List.of("core"));
    List<String> all = MethodSets.expand(List.of("all"));
    assertEquals("seq", core.getFirst());
    assertTrue(all.containsAll(core));
    assertTrue(all.containsAll(List.of("single", "joint+bio", "sparse")), all::toString);
    for (String method : all) {
      assertDoesNotThrow(() -> StrategyRegistry.parse(method).check(TINY), method);
    }
    assertEquals(
        List.of("freeze:3", "seq", "joint"),
        MethodSets.expand(List.of("freeze:3", "core")).subList(0, 3));
    assertEquals(List.of("seq", "ewcc"), MethodSets.expand(List.of("seq", "ewcc")));
  }

  @Test
  void allLayersMayBeFrozen() {
    assertDoesNotThrow(() -> StrategyRegistry.parse("freeze:4").check(TINY));
  }
}
