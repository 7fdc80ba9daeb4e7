package palimpsest.data;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import palimpsest.base.StopRequest;
import palimpsest.io.AtomicFiles;
import tools.jackson.databind.json.JsonMapper;

/**
 * A population with its biographies and questions as files for other programs: JSON lines, and the
 * word-level {@code tokenizer.json} of their words.
 */
public final class BiographyDataset {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private final StopRequest stop;

  private BiographyDataset(StopRequest stop) {
    this.stop = stop;
  }

  /**
   * Writes a new folder, whole or not at all: {@code people.jsonl}, {@code biographies.jsonl} (of
   * the pretrained people, every version; those of the first epoch if versions are fresh), {@code
   * questions-task0-train.jsonl}, {@code …-dev}, {@code …-test}, {@code
   * questions-task1-train.jsonl} for each task with new people, {@code tokenizer.json}.
   */
  public static void write(Population population, BiographySpec spec, long seed, Path folder) {
    write(population, spec, seed, folder, new StopRequest());
  }

  /** Like the other; a stop is noticed between two lines, and nothing is left then. */
  public static void write(
      Population population, BiographySpec spec, long seed, Path folder, StopRequest stop) {
    var dataset = new BiographyDataset(stop);
    AtomicFiles.newFolder(folder, inside -> dataset.fill(population, spec, seed, inside));
  }

  private void fill(Population population, BiographySpec spec, long seed, Path folder)
      throws IOException {
    lines(folder, "people", population.everybody().stream().map(BiographyDataset::person));
    lines(folder, "biographies", biographies(population.pretrained(), spec, seed));
    Splits splits = population.splits();
    questions(folder, "task0-train", splits.train());
    questions(folder, "task0-dev", splits.dev());
    questions(folder, "task0-test", splits.test());
    for (int task = 1; task <= population.spec().newTasks(); task++) {
      questions(folder, "task" + task + "-train", population.newcomers(task));
    }
    WordTokenizer.of(population.spec(), spec).save(folder);
  }

  private static Map<String, Object> person(Person person) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("id", person.id());
    line.put("name", person.fullName());
    line.put("female", person.female());
    for (Attribute attribute : Attribute.values()) {
      line.put(attribute.key(), person.value(attribute));
    }
    return line;
  }

  private static Stream<Map<String, Object>> biographies(
      List<Person> people, BiographySpec spec, long seed) {
    Biographies biographies = new Biographies(spec);
    RandomGenerator random = PretrainingStream.randomOf(seed, 0);
    Function<Person, List<String>> texts =
        spec.fresh()
            ? person -> List.of(biographies.fresh(person, random))
            : person -> biographies.fixed(person, seed);
    return people.stream().flatMap(person -> versions(person, texts.apply(person)));
  }

  private static Stream<Map<String, Object>> versions(Person person, List<String> texts) {
    return IntStream.range(0, texts.size())
        .mapToObj(version -> biography(person, version, texts.get(version)));
  }

  private static Map<String, Object> biography(Person person, int version, String text) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("person", person.id());
    line.put("version", version);
    line.put("text", text);
    return line;
  }

  private void questions(Path folder, String name, List<Person> people) throws IOException {
    lines(
        folder,
        "questions-" + name,
        people.stream()
            .flatMap(
                person -> Stream.of(Attribute.values()).map(asked -> question(person, asked))));
  }

  private static Map<String, Object> question(Person person, Attribute attribute) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("person", person.id());
    line.put("attribute", attribute.key());
    line.put("prompt", attribute.prompt(person.fullName()));
    line.put("answer", attribute.answer(person.value(attribute)));
    return line;
  }

  private void lines(Path folder, String name, Stream<Map<String, Object>> lines)
      throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(folder.resolve(name + ".jsonl"))) {
      for (Map<String, Object> line : (Iterable<Map<String, Object>>) lines::iterator) {
        stop.check();
        out.write(MAPPER.writeValueAsString(line));
        out.write('\n');
      }
    }
  }
}
