package palimpsest.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Files beside the tests, made by {@code make_fixtures.py}; the prototype's two sizes. */
final class Fixtures {
  /** {@code tiny} and {@code small} of the prototype. */
  static final PopulationSpec TINY =
      new PopulationSpec(500, 300, 1, 50, 50, 100, 50, 50, 25, 50, 50);

  static final BiographySpec TINY_TEXTS = new BiographySpec(BiographySpec.FRESH, true, true, 20);

  static final PopulationSpec SMALL =
      new PopulationSpec(2000, 400, 1, 100, 100, 200, 200, 200, 100, 200, 200);

  static final BiographySpec SMALL_TEXTS = new BiographySpec(5, true, true, 50);

  private Fixtures() {}

  static String text(String name) {
    try (InputStream in = Fixtures.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(String name) {
    return JsonMapper.shared().readTree(text(name));
  }

  static int[] ints(JsonNode list) {
    return list.valueStream().mapToInt(JsonNode::asInt).toArray();
  }

  /** A template's sentence about a person, by plain replacement. */
  static String sentence(Template template, Person person, Attribute attribute) {
    return template
        .text()
        .replace("{name}", person.fullName())
        .replace("{value}", person.value(attribute))
        .replace("{his}", person.female() ? "her" : "his")
        .replace("{him}", person.female() ? "her" : "him");
  }
}
