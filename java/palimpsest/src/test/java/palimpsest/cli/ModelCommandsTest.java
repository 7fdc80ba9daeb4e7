package palimpsest.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static palimpsest.cli.Terminal.palimpsest;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.cli.Terminal.Outcome;
import palimpsest.data.BiographySpec;
import palimpsest.data.PopulationSpec;
import palimpsest.data.Tokenizer;
import palimpsest.data.WordTokenizer;
import palimpsest.model.Initialisation;
import palimpsest.model.ModelConfig;
import palimpsest.model.ModelFolder;
import palimpsest.model.Parameters;
import palimpsest.ops.cpu.CpuDevice;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** {@code generate} and {@code eval}, on a model of random weights. */
final class ModelCommandsTest {
  private static final PopulationSpec PEOPLE = new PopulationSpec(8, 2, 1, 5, 5, 5, 5, 5, 5, 5, 5);
  private static final int POSITIONS = 24;

  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void saveModel() throws Exception {
    model = Files.createDirectory(folder.resolve("model"));
    Tokenizer tokenizer = WordTokenizer.of(PEOPLE, new BiographySpec(1, true, true, 3));
    ModelConfig config =
        new ModelConfig(
            2, 16, 2, 64, tokenizer.vocabulary(), POSITIONS, 0.25, 10_000, true, false, 1e-5);
    try (var device = new CpuDevice(1);
        var parameters = new Parameters(device, config)) {
      parameters.initialise(Initialisation.SMALL, 1);
      ModelFolder.save(model, parameters, tokenizer.endOfText());
      tokenizer.save(model);
    }
  }

  private Outcome eval(String content, String... more) throws Exception {
    Path data = Files.writeString(folder.resolve("q.jsonl"), content);
    List<String> arguments =
        Stream.concat(
                Stream.of("eval", "--model", model.toString(), "--data", data.toString()),
                Stream.of(more))
            .toList();
    return palimpsest(arguments.toArray(String[]::new));
  }

  private Outcome generate(String... more) {
    return palimpsest(
        Stream.concat(Stream.of("generate", "--model", model.toString()), Stream.of(more))
            .toArray(String[]::new));
  }

  @Test
  void evalTellsOfLossAndAnswers() throws Exception {
    String question = "{\"prompt\": \"What is the birth date of\", \"answer\": \" May 3, 1901\"}\n";
    Outcome table = eval(question + question);
    assertEquals(0, table.code(), table.err());
    assertTrue(table.out().startsWith("questions"), table.out());
    JsonNode json = new ObjectMapper().readTree(eval(question, "--json", "-").out());
    assertEquals(1, json.get("questions").intValue());
    assertEquals(5, json.get("tokens").intValue());
    double uniform = Math.log(vocabulary());
    assertEquals(uniform, json.get("loss").doubleValue(), 0.5);
    assertTrue(json.get("first_token").isNumber());
    assertTrue(json.get("exact_match").isNumber());
  }

  private int vocabulary() throws Exception {
    String config = Files.readString(model.resolve("config.json"));
    return new ObjectMapper().readTree(config).get("vocab_size").intValue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      textBlock =
          """
          {"prompt": "What is", "answer": "Xyzzy"} => q.jsonl:2: "answer": unknown word "Xyzzy"
          {"prompt": "What is"}                    => q.jsonl:2: no "answer"
          {"prompt": "What is", "answer": 3        => q.jsonl:2: column
          """)
  void evalNamesTheLineOfAMistake(String line, String said) throws Exception {
    Outcome outcome = eval("{\"prompt\": \"What\", \"answer\": \"is\"}\n" + line + "\n");
    assertEquals(2, outcome.code(), outcome.err());
    assertEquals(1, outcome.errLines().size(), outcome.err());
    assertTrue(outcome.err().contains(said), outcome.err());
    assertEquals("", outcome.out());
  }

  @Test
  void evalRefusesWhatDoesNotFit() throws Exception {
    String prompt = "What is the ".repeat(8);
    Outcome tooLong = eval("{\"prompt\": \"%s\", \"answer\": \"is\"}".formatted(prompt));
    assertEquals(2, tooLong.code());
    assertTrue(tooLong.err().contains("26 tokens; the model takes 24"), tooLong.err());
    Outcome empty = eval("");
    assertEquals(2, empty.code());
    assertTrue(empty.err().contains("no questions in it"), empty.err());
    Outcome nowhere = eval("{}", "--json", folder.resolve("no/answer.json").toString());
    assertEquals(2, nowhere.code());
    assertTrue(nowhere.err().contains("--json: there is no folder"), nowhere.err());
  }

  @Test
  void generateContinuesGreedilyAndAlike() {
    Outcome one = generate("--prompt", "What is the", "--tokens", "5", "--threads", "1");
    assertEquals(0, one.code(), one.err());
    assertEquals(1, one.out().lines().count(), one.out());
    Outcome two = generate("--prompt", "What is the", "--prompt", "What", "--tokens", "5");
    assertEquals(2, two.out().lines().count(), two.out());
    assertEquals(one.out(), two.out().lines().findFirst().orElseThrow() + "\n");
    Outcome asMuchAsFits = generate("--prompt", "What is the");
    assertEquals(0, asMuchAsFits.code(), asMuchAsFits.err());
  }

  @Test
  void generateDrawsFromASeed() {
    String[] drawn = {"--prompt", "What", "--tokens", "20", "--temperature", "5", "--seed", "2"};
    Outcome one = generate(drawn);
    assertEquals(0, one.code(), one.err());
    assertEquals(one.out(), generate(drawn).out());
    drawn[7] = "3";
    assertTrue(!one.out().equals(generate(drawn).out()), "another seed, the same text");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      textBlock =
          """
          --prompt What --tokens 0          => 2 => --tokens 0: must be 1 or more
          --prompt What --tokens 30         => 2 => exceed the model's 24 positions
          --prompt What --temperature -1    => 2 => --temperature -1.0: must be 0
          --prompt What --temperature NaN   => 2 => --temperature NaN
          --prompt What --temperature hot   => 2 => 'hot' is not a number
          --prompt Xyzzy                    => 2 => unknown word "Xyzzy"
          --prompt=                         => 2 => an empty prompt
          --prompt What --device cuda:99    => 3 => palimpsest:
          --prompt What --device tpu        => 2 => must be auto, cpu, cuda, cuda:N or sim
          """)
  void generateRefusesMistakes(String arguments, int code, String said) {
    Outcome outcome = generate(arguments.split(" +"));
    assertEquals(code, outcome.code(), outcome.err());
    assertEquals(1, outcome.errLines().size(), outcome.err());
    assertTrue(outcome.err().contains(said), outcome.err());
    assertEquals("", outcome.out());
  }

  @Test
  void aModelThatIsNoneIsNamed() throws Exception {
    Path weights = model.resolve("model.safetensors");
    try (RandomAccessFile file = new RandomAccessFile(weights.toFile(), "rw")) {
      file.setLength(file.length() - 10);
    }
    refused(generate("--prompt", "What"), "model.safetensors");
    Files.delete(weights);
    refused(generate("--prompt", "What"), "has no model.safetensors");
    Files.delete(model.resolve("tokenizer.json"));
    Files.writeString(model.resolve("config.json"), "{\"model_type\": \"llama\"}");
    refused(generate("--prompt", "What"), "only gpt_neox models are known");
    refused(
        palimpsest("generate", "--model", folder.resolve("x").toString(), "--prompt", "What"),
        "there is no such folder");
  }

  private static void refused(Outcome outcome, String said) {
    assertEquals(2, outcome.code(), outcome.err());
    assertEquals(1, outcome.errLines().size(), outcome.err());
    assertTrue(outcome.err().contains(said), outcome.err());
  }
}
