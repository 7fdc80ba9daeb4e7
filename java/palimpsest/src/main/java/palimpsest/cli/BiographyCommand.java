package palimpsest.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import palimpsest.data.BiographyDataset;
import palimpsest.data.Population;
import palimpsest.lab.Config;
import palimpsest.lab.ConfigFile;
import palimpsest.lab.ConfigOverride;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code palimpsest data biography}. */
@Command(
    name = "biography",
    description =
        "Writes invented people, their biographies and the questions about them as JSON lines,"
            + " and the tokenizer.json of their words: the data of 'palimpsest run'.",
    footer = {
      "%nExample:",
      "  palimpsest data biography --people 1000 --set data.versions=5 --out people"
    })
final class BiographyCommand implements Runnable {
  /** How many a run would ask does not limit how few there may be. */
  private static final List<ConfigOverride> NOBODY_IS_ASKED =
      Stream.of("dev_people", "test_people", "new_people", "bio_recall_people")
          .map(key -> new ConfigOverride("data biography", "evaluation." + key, "0"))
          .toList();

  private final Context context;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The folder to write; it must not be there yet.")
  private Path out;

  @Option(
      names = "--people",
      paramLabel = "N",
      description = "People with biographies (default: the preset's).")
  private String people;

  @Option(
      names = "--new-people",
      paramLabel = "N",
      description = "People of task 1, without biographies (default: the preset's).")
  private String newPeople;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "What everything is drawn from (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--preset",
      paramLabel = "PRESET|FILE.yaml",
      defaultValue = "tiny",
      description = "Where the rest comes from (default: ${DEFAULT-VALUE}).")
  private String preset;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Another key of the configuration, such as data.cities=20.")
  private List<String> assignments = List.of();

  BiographyCommand(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    Config.Data data = ConfigFile.load(preset, overrides()).data();
    Population population = Population.generate(data.population(), seed);
    BiographyDataset.write(population, data.biographies(), seed, out, context.stop());
    context.console().out().println(out);
  }

  private List<ConfigOverride> overrides() {
    List<ConfigOverride> overrides = new ArrayList<>(NOBODY_IS_ASKED);
    assignments.forEach(assignment -> overrides.add(ConfigOverride.parse(assignment)));
    if (people != null) {
      overrides.add(new ConfigOverride("--people " + people, "data.people", people));
    }
    if (newPeople != null) {
      overrides.add(new ConfigOverride("--new-people " + newPeople, "data.new_people", newPeople));
    }
    return overrides;
  }
}
