package palimpsest.continual;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.base.UserException;

class MethodTest {
  private static final Setting TINY = new Setting(4, 48);

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
    "replay:0.2:replacement=true, replay:0.2:replacement=true",
    "' replay:0.2 + freeze:2 ', replay:0.2+freeze:2",
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
    "task-vector:0.4, task-vector:0.4"
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
        "synapses | there are seq, freeze:n, replay:r[:mix=m][:replacement=b]",
        "freeze | layers is missing; it is written freeze:n",
        "freeze:two | layers must be a whole number, 0 or more, not 'two'",
        "freeze:-1 | layers must be a whole number",
        "freeze:1:2 | '2' is too much",
        "freeze:1:layers=2 | layers is given twice",
        "replay:0 | ratio must be a share above 0 and up to 1, not '0'",
        "replay:1.5 | ratio must be",
        "replay:NaN | ratio must be",
        "replay:0.2:mix=1 | mix must be a share from 0 to just below 1",
        "replay:0.2:mx=0.5 | did you mean 'mix'?",
        "replay:0.2:replacement=yes | true or false",
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
  void allLayersMayBeFrozen() {
    assertDoesNotThrow(() -> StrategyRegistry.parse("freeze:4").check(TINY));
  }
}
