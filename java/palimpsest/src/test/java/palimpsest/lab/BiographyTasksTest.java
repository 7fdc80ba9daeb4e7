package palimpsest.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import palimpsest.base.UserException;
import palimpsest.data.Batch;
import palimpsest.data.Question;

class BiographyTasksTest {
  @Test
  void splitsPeopleAsTheConfigurationSays() {
    Config config = config("data.dev_share=0.3");
    TaskStream stream = new BiographyTasks(config, 1);
    Task old = stream.tasks().get(0);
    Task fresh = stream.tasks().get(1);
    assertEquals(30, subjects(old.train()).size());
    assertEquals(9, subjects(old.dev()).size());
    assertEquals(21, subjects(old.test()).size());
    assertEquals(20, subjects(fresh.train()).size());
    assertEquals(List.of(), fresh.dev());
    assertEquals(List.of(), fresh.test());
    Set<Integer> everybody = new HashSet<>();
    for (List<Question> split : List.of(old.train(), old.dev(), old.test(), fresh.train())) {
      assertEquals(6 * subjects(split).size(), split.size());
      everybody.addAll(subjects(split));
    }
    assertEquals(80, everybody.size());
    assertEquals(subjects(old.dev()), subjects(stream.recall()));
  }

  @Test
  void asksAsManyAsTheConfigurationSays() {
    TaskStream stream =
        new BiographyTasks(
            config(
                "evaluation.dev_people=2",
                "evaluation.test_people=3",
                "evaluation.bio_recall_people=1"),
            1);
    assertEquals(2, subjects(stream.tasks().getFirst().dev()).size());
    assertEquals(3, subjects(stream.tasks().getFirst().test()).size());
    assertEquals(1, subjects(stream.recall()).size());
  }

  @Test
  void theSameSeedGivesTheSameAndAnotherGivesOthers() {
    Config config = config();
    assertEquals(prompts(new BiographyTasks(config, 1)), prompts(new BiographyTasks(config, 1)));
    assertTrue(
        !prompts(new BiographyTasks(config, 1)).equals(prompts(new BiographyTasks(config, 2))));
    Batch one = new BiographyTasks(config, 1).pretraining().get();
    Batch again = new BiographyTasks(config, 1).pretraining().get();
    assertArrayEquals(one.tokens(), again.tokens());
    assertEquals(4, one.rows());
    assertEquals(64, one.length());
  }

  @Test
  void aQuestionThatDoesNotFitIsRefusedAtLoad() {
    Config config = config("model.positions=9", "pretrain.length=9");
    String message =
        assertThrows(UserException.class, () -> new BiographyTasks(config, 1)).getMessage();
    assertTrue(message.startsWith("model.positions: 9 are too few for"), message);
  }

  private static Config config(String... more) {
    return ConfigFile.load("micro", List.of(more).stream().map(ConfigOverride::parse).toList());
  }

  private static Set<Integer> subjects(List<Question> questions) {
    return questions.stream().map(Question::subject).collect(Collectors.toSet());
  }

  private static List<String> prompts(TaskStream stream) {
    return stream.tasks().stream()
        .flatMap(task -> task.train().stream())
        .map(question -> question.prompt() + question.answer())
        .toList();
  }
}
