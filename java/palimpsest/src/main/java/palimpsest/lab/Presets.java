package palimpsest.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import palimpsest.io.yaml.Place;
import palimpsest.io.yaml.YamlNode;
import palimpsest.io.yaml.YamlReader;

/** The configurations that travel with the program. */
public final class Presets {
  /** What {@code palimpsest run} runs when nothing is named. */
  public static final String DEFAULT = "tiny";

  /** All of them, from the one to begin with to the largest. */
  public static final List<String> NAMES =
      List.of("tiny", "small", "deep", "micro", "paper-70m", "paper-160m");

  private static final String SOURCE = "preset ";
  private static final String DEFAULTS = "the defaults";

  private Presets() {}

  /** A preset over the defaults, complete. */
  static YamlNode.Mapping tree(String name) {
    return resource(DEFAULTS, "defaults.yaml")
        .overlaidBy(resource(SOURCE + name, "presets/" + name + ".yaml"))
        .overlaidBy(new ConfigOverride(SOURCE + name, "preset", name).tree());
  }

  /** Whether something was said by a preset, not by the user. */
  static boolean said(Place place) {
    return place.source().startsWith(SOURCE) || place.source().equals(DEFAULTS);
  }

  private static YamlNode.Mapping resource(String source, String name) {
    try (InputStream in = Presets.class.getResourceAsStream("/palimpsest/" + name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      return YamlReader.readMapping(source, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
