package palimpsest.continual;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.data.AnswerKey;
import palimpsest.data.Batch;
import palimpsest.data.Question;
import palimpsest.train.Pupil;
import palimpsest.train.Term;

/** What {@code lamol} makes of the texts that a model writes. */
class LamolTest {
  private static final int END = 9;
  private static final List<Question> OLD =
      List.of(question("1 2 7 8", "3 9"), question("1 4 7 8", "5 6 9"));
  private static final List<Question> NEW =
      List.of(
          question("2 2 7 8", "3 9"),
          question("2 3 7 8", "4 9"),
          question("2 4 7 8", "5 9"),
          question("2 5 7 8", "6 9"));

  @ParameterizedTest
  @CsvSource({
    "1 2 7 8 3 9, 4", // a question asked before
    "5 7 8 3 3 3 9, 3",
    "7 8 3 9, 0", // nothing is asked
    "1 2 7 8 9, 0", // nothing is answered
    "1 2 7 8 3 3, 0", // no end
    "1 2 7 8 3 7 8 3 9, 0", // two answers
    "1 2 3 9, 0",
    "9, 0"
  })
  void aTextIsAQuestionOrNot(String text, int promptLength) {
    var parsed = SampleFormat.of(OLD).parse(ids(text));
    assertEquals(promptLength > 0, parsed.isPresent());
    parsed.ifPresent(
        question -> {
          assertEquals(promptLength, question.promptIds().length);
          assertArrayEquals(
              ids(text), ids(text(question.promptIds()) + " " + text(question.answerIds())));
        });
  }

  @Test
  void whatItWroteIsShuffledAmongTheNewQuestionsAndJudged() {
    try (Strategy strategy = StrategyRegistry.parse("lamol:1").begin()) {
      strategy.afterTask(context(0, OLD, List.of()));
      TaskContext task =
          context(
              1,
              NEW,
              List.of("1 2 7 8 3 9", "9", "1 2 7 8 3 9", "1 4 7 8 3 9", "1 1", "2 1 7 8 3 9"));
      strategy.beforeTask(task);
      assertEquals(new Occupancy(4, 4), strategy.occupancy());
      Map<String, Double> notes = strategy.notes();
      assertEquals(13 / 20.0, notes.get("valid_samples.task1")); // of six texts over and over
      assertEquals(3 / 4.0, notes.get("unique_samples.task1"));
      assertEquals(2 / 4.0, notes.get("correct_samples.task1"));

      Set<String> replayed = new HashSet<>();
      int count = 0;
      for (int batch = 0; batch < 4; batch++) { // two rows each, eight in an epoch
        for (Row row : strategy.compose(2, task)) {
          assertEquals(0, row.task());
          replayed.add(text(row.question().promptIds()));
          count++;
        }
      }
      assertTrue(count <= 4, () -> "replayed in one epoch: " + replayed);
      assertTrue(Set.of("1 2 7 8", "1 4 7 8", "2 1 7 8").containsAll(replayed));
      strategy.afterTask(task);
      assertEquals(new Occupancy(0, 0), strategy.occupancy());
    }
  }

  @Test
  void anUnluckyModelReplaysNothing() {
    try (Strategy strategy = StrategyRegistry.parse("lamol:0.5").begin()) {
      strategy.afterTask(context(0, OLD, List.of()));
      TaskContext task = context(1, NEW, List.of("1 2 3", "9"));
      strategy.beforeTask(task);
      assertEquals(0, strategy.notes().get("valid_samples.task1"));
      assertEquals(List.of(), strategy.compose(4, task));
    }
  }

  @Test
  void everyTokenOfATextIsLearned() {
    try (Strategy strategy = StrategyRegistry.parse("lamol:weight=0.5").begin()) {
      TaskContext task = context(0, OLD, List.of());
      strategy.beforeTask(task);
      Term term = strategy.terms(new StepRows(null, OLD, List.of()), task).getFirst();
      assertEquals(0.5, term.weight());
      Batch batch = term.batch();
      assertEquals(6 + 7, batch.counted());
      assertArrayEquals(ids("9 1 2 7 8 3 0 9 1 4 7 8 5 6"), batch.tokens());
      int none = Batch.IGNORED;
      assertArrayEquals(new int[] {1, 2, 7, 8, 3, 9, none, 1, 4, 7, 8, 5, 6, 9}, batch.targets());
    }
  }

  /** Of a model that writes these texts, from the first on, over and over. */
  private static TaskContext context(int number, List<Question> training, List<String> texts) {
    int[] next = {0};
    Object writer =
        Proxy.newProxyInstance(
            LamolTest.class.getClassLoader(),
            new Class<?>[] {Pupil.class},
            (_, method, arguments) -> {
              assertEquals("write", method.getName());
              assertEquals(END, arguments[0]);
              List<int[]> written = new ArrayList<>();
              for (int i = 0; i < (int) arguments[1]; i++) {
                written.add(ids(texts.get(next[0]++ % texts.size())));
              }
              return written;
            });
    return new TaskContext(
        5,
        0,
        number,
        training,
        (Pupil) writer,
        () -> {
          throw new IllegalStateException("lamol needs no texts");
        },
        () -> new AnswerKey(OLD));
  }

  private static Question question(String prompt, String answer) {
    return new Question(0, "", "", "", ids(prompt), ids(answer));
  }

  private static int[] ids(String text) {
    return Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  private static String text(int[] ids) {
    return String.join(" ", Arrays.stream(ids).mapToObj(Integer::toString).toList());
  }
}
