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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    Batch one = new BiographyTasks(config, 1).pretraining().next();
    Batch again = new BiographyTasks(config, 1).pretraining().next();
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

  @Test
  void eachLaterTaskHasNewPeopleOfItsOwn() {
    List<Task> tasks = new BiographyTasks(config("data.tasks=6"), 1).tasks();
    assertEquals(6, tasks.size());
    Set<Integer> everybody = new HashSet<>();
    for (int number = 0; number < 6; number++) {
      assertEquals(number, tasks.get(number).number());
      everybody.addAll(subjects(tasks.get(number).train()));
    }
    assertEquals(30 + 5 * 20, everybody.size(), "nobody is in two tasks");
    assertEquals("questions about new people, group 3", tasks.get(3).name());
  }

  @Test
  void moreTasksLeaveTheFirstTwoAsTheyWere() {
    List<Task> two = new BiographyTasks(config(), 1).tasks();
    List<Task> six = new BiographyTasks(config("data.tasks=6"), 1).tasks();
    assertEquals(written(two.get(0)), written(six.get(0)));
    assertEquals(written(two.get(1)), written(six.get(1)));
    assertEquals("questions about new people", two.get(1).name());
  }

  @Test
  void tasksOfAnySizeComeInAnyOrder() {
    List<Task> tasks =
        new BiographyTasks(config("data.tasks=4", "data.sizes=[20,1,5]", "data.order=[0,3,1,2]"), 1)
            .tasks();
    assertEquals(
        List.of(30, 5, 20, 1), tasks.stream().map(task -> subjects(task.train()).size()).toList());
    assertEquals(
        List.of(0, 1, 2, 3),
        tasks.stream().map(Task::number).toList(),
        "a number is a place in the stream");
    List<Task> numbered = new BiographyTasks(config("data.tasks=4"), 1).tasks();
    assertTrue(
        subjects(numbered.get(3).train()).containsAll(subjects(tasks.get(1).train())),
        "fewer people of the same group");
  }

  @Test
  void aFewShotsOfTask0LeaveItsTestAsItWas() {
    Task few = new BiographyTasks(config("data.taught_people=4"), 1).tasks().getFirst();
    Task all = new BiographyTasks(config(), 1).tasks().getFirst();
    assertEquals(4, subjects(few.train()).size());
    assertEquals(
        few.test().stream().map(Question::prompt).toList(),
        all.test().stream().map(Question::prompt).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "data.tasks=3 data.order=[0,2,7] ; data.order: there is no task 7; the tasks are 0 to 2",
        "data.tasks=3 data.order=[0,1,1] ; data.order: 1 is listed twice",
        "data.tasks=3 data.order=[2,0,1] ; data.order: task 0 has to be the first",
        "data.order=[0] ; data.order: task 0 alone leaves nothing",
        "data.tasks=4 data.sizes=[5,5] ; data.sizes: there are 2 sizes for the 3 tasks after task"
            + " 0",
        "data.sizes=[21] ; data.sizes: a task of 21 people, but new_people is 20",
        "data.tasks=1 ; data.tasks",
        "data.taught_people=31 ; 31 people are to be taught, but the first half are 30",
      })
  void tasksThatCannotBeAreRefused(String said, String expected) {
    String message =
        assertThrows(UserException.class, () -> config(said.strip().split(" "))).getMessage();
    assertTrue(message.contains(expected), message);
    assertEquals(1, message.lines().count());
  }

  private static List<String> written(Task task) {
    return task.train().stream().map(question -> question.prompt() + question.answer()).toList();
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
