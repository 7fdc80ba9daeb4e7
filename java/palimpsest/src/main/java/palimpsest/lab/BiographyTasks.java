package palimpsest.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import palimpsest.base.UserException;
import palimpsest.data.BatchSource;
import palimpsest.data.Person;
import palimpsest.data.Population;
import palimpsest.data.PretrainingStream;
import palimpsest.data.Question;
import palimpsest.data.Questions;
import palimpsest.data.Splits;
import palimpsest.data.Tokenizer;
import palimpsest.data.Tokenizers;
import palimpsest.data.WordTokenizer;

/**
 * Invented people. Their biographies are pretrained on; task 0 asks about half of them and is
 * judged by the other half; each later task asks about new people of its own, whom no biography
 * tells of.
 */
public final class BiographyTasks implements TaskStream {
  private final Config config;
  private final long seed;
  private final Population population;
  private final Tokenizer tokenizer;
  private final List<Task> tasks;
  private final List<Question> recall;

  /** Everything is drawn from the seed. */
  public BiographyTasks(Config config, long seed) {
    this.config = config;
    this.seed = seed;
    this.population = Population.generate(config.data().population(), seed);
    this.tokenizer = tokenizer(config);
    Splits splits = population.splits(config.data().devShare());
    Config.Evaluation asked = config.evaluation();
    List<Person> dev = first(asked.devPeople(), splits.dev());
    List<Person> test = first(asked.testPeople(), splits.test());
    this.tasks = new ArrayList<>();
    tasks.add(
        new Task(
            0,
            "questions about known people",
            Task.Kind.GENERALISE,
            about(first(config.data().taughtPeople(), splits.train())),
            about(dev),
            about(test)));
    List<Integer> learned = config.data().learned();
    learned.subList(1, learned.size()).forEach(this::addNewPeople);
    this.recall =
        Questions.recall(
            first(asked.bioRecallPeople(), splits.dev()),
            config.data().biographies(),
            tokenizer,
            seed);
    tasks.forEach(task -> checkLengths(task.train()));
    tasks.forEach(task -> checkLengths(task.test()));
    checkLengths(recall);
  }

  /** The next task in the order they are learned. */
  private void addNewPeople(int group) {
    boolean onlyOne = config.data().tasks() == 2;
    tasks.add(
        new Task(
            tasks.size(),
            "questions about new people" + (onlyOne ? "" : ", group " + group),
            Task.Kind.MEMORISE,
            about(first(config.data().size(group), population.newcomers(group))),
            List.of(),
            List.of()));
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public BatchSource pretraining() {
    return new PretrainingStream(
        population.pretrained(),
        config.data().biographies(),
        tokenizer,
        seed,
        config.pretrain().batch(),
        config.pretrain().length(),
        config.data().maskAfterEnd());
  }

  @Override
  public List<Task> tasks() {
    return List.copyOf(tasks);
  }

  @Override
  public List<Question> recall() {
    return recall;
  }

  private static Tokenizer tokenizer(Config config) {
    return config.tokenizer().equals(Config.WORD_TOKENIZER)
        ? WordTokenizer.of(config.data().population(), config.data().biographies())
        : Tokenizers.load(Path.of(config.tokenizer()));
  }

  private List<Question> about(List<Person> people) {
    return Questions.about(people, tokenizer);
  }

  private static List<Person> first(int count, List<Person> people) {
    return count == 0 ? people : people.subList(0, Math.min(count, people.size()));
  }

  private void checkLengths(List<Question> questions) {
    int positions = config.model().positions();
    for (Question question : questions) {
      if (question.length() > positions) {
        throw new UserException(
            "model.positions: %d are too few for \"%s\", which takes %d tokens with its answer"
                .formatted(positions, question.prompt(), question.length()));
      }
    }
  }
}
