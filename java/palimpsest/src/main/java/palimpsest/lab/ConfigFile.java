package palimpsest.lab;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import palimpsest.base.Nearest;
import palimpsest.base.UserException;
import palimpsest.continual.MethodSets;
import palimpsest.io.AtomicFiles;
import palimpsest.io.OneLine;
import palimpsest.io.yaml.Bound;
import palimpsest.io.yaml.Place;
import palimpsest.io.yaml.RecordReader;
import palimpsest.io.yaml.RecordWriter;
import palimpsest.io.yaml.YamlNode;
import palimpsest.io.yaml.YamlReader;

/**
 * Configurations from presets, YAML files and options, and into {@code config.yaml}. Each says what
 * it wants differently from the one below: options over the file, the file over the preset it
 * names, the preset over the defaults.
 */
public final class ConfigFile {
  private static final List<String> HEADING =
      List.of(
          "The complete configuration of this run, defaults included.",
          "palimpsest run config.yaml gives the same run again.");

  private ConfigFile() {}

  /**
   * The configuration somebody asked for.
   *
   * @param presetOrFile a preset's name or a YAML file, which may name the preset it builds on
   * @throws UserException for the first mistake found: the file, line and column, or the option
   */
  public static Config load(String presetOrFile, List<ConfigOverride> overrides) {
    YamlNode.Mapping tree =
        Presets.NAMES.contains(presetOrFile)
            ? Presets.tree(presetOrFile)
            : fileTree(path(presetOrFile));
    for (ConfigOverride override : overrides) {
      if (override.key().equals("preset")) {
        throw Place.of(override.option()).problem("name the preset as the argument instead");
      }
      tree = tree.overlaidBy(override.tree());
    }
    tree = withMethodSets(withWholeTokenizerPath(tree), "methods");
    Bound<Config> bound = RecordReader.read(Config.class, tree);
    new ConfigChecks(bound).check();
    return bound.value();
  }

  /** {@code config.yaml}: every key with a short comment; loads again to an equal configuration. */
  public static String text(Config config) {
    return RecordWriter.write(config, HEADING);
  }

  public static void write(Path file, Config config) {
    AtomicFiles.write(file, text(config));
  }

  private static YamlNode.Mapping fileTree(Path file) {
    YamlNode.Mapping tree = YamlReader.readFile(file);
    return Presets.tree(basePreset(tree)).overlaidBy(tree);
  }

  private static String basePreset(YamlNode.Mapping tree) {
    YamlNode.Entry entry = tree.entries().get("preset");
    if (entry == null) {
      return Presets.DEFAULT;
    }
    if (entry.value() instanceof YamlNode.Scalar scalar && Presets.NAMES.contains(scalar.text())) {
      return scalar.text();
    }
    String named = entry.value() instanceof YamlNode.Scalar scalar ? scalar.text() : "";
    throw entry.value().place().problem("preset", unknownPreset(named));
  }

  /** The argument as a file; what neither is there nor looks like one is a preset misspelt. */
  private static Path path(String argument) {
    try {
      Path file = Path.of(argument);
      if (!argument.isBlank() && Files.exists(file) || argument.matches(".*(/|\\.ya?ml$).*")) {
        return file;
      }
    } catch (InvalidPathException _) {
      // Then it is no file.
    }
    throw new UserException(
        "'%s': %s; a YAML file can be named too"
            .formatted(OneLine.quote(argument), unknownPreset(argument)));
  }

  /** With the methods that {@code core} and {@code all} stand for in place of the word. */
  private static YamlNode.Mapping withMethodSets(YamlNode.Mapping tree, String key) {
    YamlNode.Entry entry = tree.entries().get(key);
    List<? extends YamlNode> items =
        switch (entry.value()) {
          case YamlNode.Sequence sequence -> sequence.items();
          case YamlNode.Scalar scalar -> RecordReader.split(scalar);
          case YamlNode.Mapping _ -> List.of();
        };
    List<String> written =
        items.stream()
            .flatMap(
                item -> item instanceof YamlNode.Scalar scalar ? Stream.of(scalar) : Stream.empty())
            .map(scalar -> scalar.text().strip())
            .toList();
    List<String> expanded = MethodSets.expand(written);
    if (expanded.equals(written) || written.size() < items.size()) {
      return tree;
    }
    Place place = entry.value().place();
    List<YamlNode> named =
        expanded.stream().<YamlNode>map(text -> new YamlNode.Scalar(place, text, false)).toList();
    Map<String, YamlNode.Entry> entries = new LinkedHashMap<>(tree.entries());
    entries.put(key, new YamlNode.Entry(entry.place(), new YamlNode.Sequence(place, named)));
    return new YamlNode.Mapping(tree.place(), entries);
  }

  private static String unknownPreset(String name) {
    return "there is no such preset%s (the presets are %s)"
        .formatted(
            Nearest.to(name, Presets.NAMES).map("; did you mean %s?"::formatted).orElse(""),
            String.join(", ", Presets.NAMES));
  }

  /** With the tokenizer's path from the root, so that config.yaml can be run from anywhere. */
  private static YamlNode.Mapping withWholeTokenizerPath(YamlNode.Mapping tree) {
    YamlNode.Entry entry = tree.entries().get("tokenizer");
    if (!(entry.value() instanceof YamlNode.Scalar scalar)
        || scalar.isNothing()
        || scalar.text().isBlank()
        || scalar.text().equals(Config.WORD_TOKENIZER)) {
      return tree;
    }
    String whole;
    try {
      whole = Path.of(scalar.text()).toAbsolutePath().normalize().toString();
    } catch (InvalidPathException e) {
      throw scalar
          .place()
          .problem("tokenizer", "%s is not a path".formatted(OneLine.quote(scalar.text())));
    }
    Map<String, YamlNode.Entry> entries = new LinkedHashMap<>(tree.entries());
    entries.put(
        "tokenizer",
        new YamlNode.Entry(entry.place(), new YamlNode.Scalar(scalar.place(), whole, false)));
    return new YamlNode.Mapping(tree.place(), entries);
  }
}
