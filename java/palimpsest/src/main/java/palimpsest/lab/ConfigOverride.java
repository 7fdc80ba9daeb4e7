package palimpsest.lab;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import palimpsest.base.UserException;
import palimpsest.io.OneLine;
import palimpsest.io.yaml.Place;
import palimpsest.io.yaml.YamlNode;
import palimpsest.io.yaml.YamlReader;

/**
 * One key said on the command line.
 *
 * @param option the option as it was written, to name in messages: {@code --seeds 1,2}
 * @param key the key's whole path: {@code data.people}
 * @param value YAML; for a list also its items with commas between them
 */
public record ConfigOverride(String option, String key, String value) {
  private static final Pattern KEY = Pattern.compile("[^.\\s]+(\\.[^.\\s]+)*");

  /** Reads the {@code key.path=value} of {@code --set}. */
  public static ConfigOverride parse(String assignment) {
    int equals = assignment.indexOf('=');
    if (equals < 0 || !KEY.matcher(assignment.substring(0, equals)).matches()) {
      throw new UserException(
          "--set %s: must be written key.path=value, such as --set data.people=1000"
              .formatted(OneLine.quote(assignment)));
    }
    return new ConfigOverride(
        "--set " + OneLine.quote(assignment),
        assignment.substring(0, equals),
        assignment.substring(equals + 1));
  }

  /** The override as a document with this one key. */
  YamlNode.Mapping tree() {
    Place place = Place.of(option);
    YamlNode node = YamlReader.readValue(option, value);
    List<String> words = List.of(key.split("\\.", -1));
    for (String word : words.reversed()) {
      Map<String, YamlNode.Entry> entry = new LinkedHashMap<>();
      entry.put(word, new YamlNode.Entry(place, node));
      node = new YamlNode.Mapping(place, entry);
    }
    return (YamlNode.Mapping) node;
  }
}
