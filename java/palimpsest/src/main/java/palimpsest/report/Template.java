package palimpsest.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import palimpsest.base.EnvironmentException;

/** Text files that travel in the jar, with places such as <code>{{title}}</code> to fill. */
final class Template {
  private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z]+)}}");

  private Template() {}

  /** Fills every place once; what is filled in is not looked at again. */
  static String fill(String name, Map<String, String> values) {
    return PLACE
        .matcher(read(name))
        .replaceAll(
            place -> {
              String value = values.get(place.group(1));
              if (value == null) {
                throw new IllegalArgumentException(name + " needs " + place.group());
              }
              return Matcher.quoteReplacement(value);
            });
  }

  /** A resource by its name, relative to this class unless it starts with a slash. */
  static String read(String name) {
    try (InputStream in = Template.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new EnvironmentException(
            "the program's file %s is missing from the jar; build it again".formatted(name));
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
