package palimpsest.io.yaml;

import java.util.Map;
import palimpsest.base.UserException;

/**
 * A record read from YAML, and where each of its keys was said.
 *
 * @param places by the whole path of the key, {@code data.people}
 */
public record Bound<R extends Record>(R value, Map<String, Place> places) {
  /** One line about a key whose value does not go with the others. */
  public UserException problem(String key, String what) {
    Place place = places.get(key);
    if (place == null) {
      throw new IllegalArgumentException("no key " + key);
    }
    return place.problem(key, what);
  }
}
