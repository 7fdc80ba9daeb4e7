package palimpsest.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import palimpsest.base.UserException;
import palimpsest.continual.MethodSets;
import palimpsest.model.ModelConfig;
import palimpsest.train.Recipe;

class ConfigFileTest {
  static final List<String> PRESETS = Presets.NAMES;

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("PRESETS")
  void everyPresetLoadsAndComesBackEqual(String preset) throws IOException {
    Config config = ConfigFile.load(preset, List.of());
    assertEquals(preset, config.preset());
    Path file = folder.resolve("config.yaml");
    ConfigFile.write(file, config);
    Config again = ConfigFile.load(file.toString(), List.of());
    assertEquals(config, again);
    assertEquals(Files.readString(file), ConfigFile.text(again));
  }

  @Test
  void aPresetIsFilledUpFromTheDefaults() {
    Config tiny = ConfigFile.load("tiny", List.of());
    assertEquals(new Config.Names(50, 50, 100), tiny.data().names());
    assertEquals(List.of("seq", "freeze:2", "replay:0.2"), tiny.methods());
    assertEquals(
        new Recipe(2800, 2.5e-3, 0.1, 140, 0.9, 0.999, 1e-6, 0.1, false, 1.0),
        tiny.pretrain().recipe());
    assertEquals(
        new Recipe(200, 1e-4, 0.9, 0, 0.9, 0.999, 1e-6, 0.01, false, 1.0), tiny.task0().recipe());
    assertEquals(
        new ModelConfig(4, 128, 4, 512, 688, 128, 0.25, 10_000, true, false, 1e-5),
        tiny.model().shape(688));
    assertEquals(250, tiny.data().trainPeople());
    assertEquals(50, tiny.data().devPeople());
    assertEquals(200, tiny.data().testPeople());
  }

  @Test
  void aFileSaysOnlyWhatItWantsDifferently() throws IOException {
    Config config =
        load(
            """
            preset: small
            data:
              names: {last: 300}
            pretrain: {steps: 6000}
            """);
    Config small = ConfigFile.load("small", List.of());
    assertEquals(new Config.Names(100, 100, 300), config.data().names());
    assertEquals(6000, config.pretrain().steps());
    assertEquals(small.pretrain().rates(), config.pretrain().rates());
    assertEquals(small.task1(), config.task1());
  }

  @Test
  void aFileWithoutPresetBuildsOnTheDefault() throws IOException {
    assertEquals(ConfigFile.load("tiny", List.of()), load("seeds: [1]\n"));
  }

  @Test
  void overridesWinOverTheFile() throws IOException {
    Config config =
        load(
            "data: {people: 600}\n",
            "data.people=700",
            "seeds=1,2,3",
            "methods=[seq, 'replay:1:mix=0.2']",
            "data.names={first: 60}",
            "pretrain.steps=3e3");
    assertEquals(700, config.data().people());
    assertEquals(List.of(1L, 2L, 3L), config.seeds());
    assertEquals(List.of("seq", "replay:1:mix=0.2"), config.methods());
    assertEquals(new Config.Names(60, 50, 100), config.data().names());
    assertEquals(3000, config.pretrain().steps());
  }

  @Test
  void theRecipeOfTheTableOfMethodsCanBeSaid() {
    String rates =
        "{minimum_ratio: 1, weight_decay: 5e-4, decay_all: true, epsilon: 1e-8, clip: 0}";
    Config config =
        ConfigFile.load(
            "micro",
            Stream.of("task1=" + rates, "optimizer.carry_moments=true")
                .map(ConfigOverride::parse)
                .toList());
    assertEquals(
        new Recipe(40, 1e-3, 1, 0, 0.9, 0.999, 1e-8, 5e-4, true, 0), config.task1().recipe());
    assertTrue(config.optimizer().carryMoments());
  }

  @Test
  void aRunMayKeepNoWeightsOnItsWay() throws IOException {
    Config.Checkpoints none = new Config.Checkpoints(List.of(), List.of(), List.of());
    Config config = load("checkpoints: {pretrain_shares: [], methods: [], task1_steps: []}\n");
    assertEquals(none, config.checkpoints());
    assertEquals(none, load(ConfigFile.text(config)).checkpoints());
    assertEquals(
        none,
        load("seeds: [1]\n", "checkpoints={pretrain_shares: [], methods: [], task1_steps: []}")
            .checkpoints());
  }

  @Test
  void aTokenizersPathIsKeptWhole() {
    String path = ConfigFile.load("paper-70m", List.of()).tokenizer();
    assertEquals(Path.of("pythia/tokenizer.json").toAbsolutePath().toString(), path);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          data:\\n  poeple: 5                 | 2:3: data.poeple: unknown key; did you mean data.people?
          poeple: 5                           | 1:1: poeple: unknown key; did you mean data.people?
          lengt: 5                            | 1:1: lengt: unknown key; did you mean pretrain.length?
          qqqqqqqqqq: 5                       | 1:1: qqqqqqqqqq: unknown key
          preset: tinny                       | 1:9: preset: there is no such preset; did you mean tiny? (the presets are tiny, small, deep, micro, paper-70m, paper-160m)
          data: 5                             | 1:7: data: is a section with the keys people,
          data: {people: many}                | 1:16: data.people: must be a whole number, not many
          data: {people: 1.5}                 | 1:16: data.people: must be a whole number, not 1.5
          data: {people: '5'}                 | 1:16: data.people: must be a whole number, not "5"
          data: {people: 1e99}                | 1:16: data.people: must be from -2147483648 to 2147483647, not 1e99
          data: {people: 0}                   | 1:16: data.people: must be at least 2 and at most 10000000, not 0
          data: {people: }                    | data.people: has no value
          data: {people: [5]}                 | 1:16: data.people: must be a single value, not a list
          data: {people: 5, people: 6}        | 1:19: people: is said twice; the first time at line 1
          data: {permute: yes}                | 1:17: data.permute: must be true or false, not yes
          task1: {learning_rate: .nan}        | 1:24: task1.learning_rate: must be a finite number, not .nan
          task1: {learning_rate: 1e999}       | 1:24: task1.learning_rate: must be a finite number, not 1e999
          task1: {learning_rate: -1e-4}       | 1:24: task1.learning_rate: must be above 0 and at most 1, not -1e-4
          device: {kind: gpu}                 | 1:16: device.kind: must be auto or cpu or cuda or sim, not gpu; did you mean cpu?
          model: {initialisation: smal}       | 1:25: model.initialisation: must be normal or small, not smal; did you mean small?
          model: {activation: gelu_tan}       | 1:21: model.activation: must be gelu or gelu_tanh, not gelu_tan; did you mean gelu_tanh?
          seeds: []                           | 1:8: seeds: must not be empty
          seeds: [1, 1]                       | 1:8: seeds: 1 is listed twice
          seeds: [1, -1]                      | 1:12: seeds: must be at least 0, not -1
          methods: [seq, freze:2]             | 1:10: methods: method 'freze:2': no method is called 'freze'; did you mean 'freeze'?
          model: {width: 130}                 | 1:16: model.width: a width of 130 is not divisible by 4 heads; 132 would be
          model: {heads: 3}                   | 1:16: model.heads: a width of 128 is not divisible by 3 heads; 129 would be
          model: {rotary_share: 0.1}          | 1:23: model.rotary_share: 0.1 of a head of 32 dimensions is 3, and an even number of them must be rotated
          model: {rotary_share: 0}            | 1:23: model.rotary_share: 0.0 of a head of 32 dimensions is 0
          model: {layers: 1000, width: 65536} | 1:30: model.width: the model would have 5.2e+13 weights; 2.1e+09 are the most
          pretrain: {length: 256}             | 1:20: pretrain.length: a length of 256 is more than the model's 128 positions
          pretrain: {batch: 0}                | 1:19: pretrain.batch: must be at least 1 and at most 65536, not 0
          pretrain: {steps: 100}              | 1:19: pretrain.steps: a warm-up of 140 steps does not fit into 100
          data: {people: 300000}              | 1:16: data.people: 300350 people in all, but 50 x 50 x 100 names (data.names) name 250000 at most
          data: {versions: 21}                | 1:18: data.versions: 21 versions with different templates need as many; data.templates is 20
          data: {names: {first: 9, middle: 1, last: 1}} | 1:15: data.people: 850 people in all, but 9 x 1 x 1 names
          data: {companies: 5000}             | 1:19: data.companies: 5000 companies asked for; 1 to
          data: {people: 2}                   | 1:16: data.people: 2 people asked for
          recovery: {points: [0, 20, 10]}     | 1:20: recovery.points: 10 after 20: they must increase
          recovery: {steps: 100}              | 1:19: recovery.steps: the point 150 lies beyond the last step, 100
          task1: {max_steps: 50}              | 1:20: task1.max_steps: the early step 80 lies beyond task 1, which takes 50 steps at most
          evaluation: {dev_people: 51}        | 1:26: evaluation.dev_people: 51 are to be asked, but there are 50 people in dev
          checkpoints: {task1_steps: [9, 9]}  | 1:28: checkpoints.task1_steps: 9 after 9: they must increase
          checkpoints: {task1_steps: [0]}     | 1:29: checkpoints.task1_steps: must be at least 1, not 0
          checkpoints: {pretrain_shares: [1]} | 1:33: checkpoints.pretrain_shares: must be above 0 and at most 0.999, not 1
          checkpoints: {methods: [sek]}       | 1:24: checkpoints.methods: method 'sek': no method is called 'sek'; did you mean 'seq'?
          blas: {core: '../x'}                | 1:14: blas.core: a core has a name such as SkylakeX
          """)
  void mistakesAreToldWithTheirPlace(String yaml, String said) {
    String text = yaml.replace("\\n", "\n") + "\n";
    assertOneLine(() -> load(text), "config.yaml:", said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          data.poeple=5        | --set data.poeple=5: data.poeple: unknown key; did you mean data.people?
          data.people=0        | --set data.people=0: data.people: must be at least 2
          data.people=         | --set data.people=: data.people: has no value
          data.people          | --set data.people: must be written key.path=value
          data.people.x=1      | --set data.people.x=1: data.people: must be a single value, not a section
          seeds=[1,            | --set seeds=[1,: not valid YAML: while parsing a flow node
          model.heads=3        | --set model.heads=3: model.heads: a width of 128 is not divisible by 3
          preset=small         | --set preset=small: name the preset as the argument instead
          =5                   | --set =5: must be written key.path=value
          .=5                  | --set .=5: must be written key.path=value
          """)
  void mistakesInOptionsNameTheOption(String assignment, String said) {
    assertOneLine(() -> ConfigFile.load("tiny", List.of(ConfigOverride.parse(assignment))), said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tinny", "", "a\0b", "nonsense"})
  void anUnknownPresetNamesThemAll(String name) {
    assertOneLine(
        () -> ConfigFile.load(name, List.of()),
        "there is no such preset",
        "(the presets are tiny, small, deep, micro, paper-70m, paper-160m); a YAML file can be"
            + " named");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertOneLine(
        () -> ConfigFile.load("missing.yaml", List.of()),
        "missing.yaml: cannot be read: there is no such file");
    assertOneLine(() -> ConfigFile.load(folder.toString(), List.of()), "is a folder");
    assertOneLine(() -> ConfigFile.load("/dev/zero", List.of()), "/dev/zero: is larger than 1 MiB");
  }

  private Config load(String yaml, String... assignments) throws IOException {
    Path file = Files.writeString(folder.resolve("config.yaml"), yaml);
    return ConfigFile.load(
        file.toString(), Stream.of(assignments).map(ConfigOverride::parse).toList());
  }

  private static void assertOneLine(Executable action, String... said) {
    String message = assertThrows(UserException.class, action).getMessage();
    assertEquals(1, message.lines().count(), message);
    for (String part : said) {
      assertTrue(message.contains(part), message + "\n should say: " + part);
    }
  }

  @Test
  void coreStandsForItsMethodsInOptionsAndFiles() {
    for (String written : List.of("core", "[core]", "core,seq", "[seq, core]")) {
      Config config = ConfigFile.load("tiny", List.of(new ConfigOverride("-", "methods", written)));
      assertEquals(
          new HashSet<>(MethodSets.expand(List.of("core"))),
          new HashSet<>(config.methods()),
          written);
      assertTrue(config.methods().contains("seq"), written);
      assertFalse(config.methods().contains("core"), written);
    }
  }

  @Test
  void componentsAreJoinedByASemicolonSinceCommasPartMethods() {
    String written = "seq,freeze:layers.0-2;head";
    Config config = ConfigFile.load("tiny", List.of(new ConfigOverride("-", "methods", written)));
    assertEquals(List.of("seq", "freeze:layers.0-2;head"), config.methods());
  }
}
