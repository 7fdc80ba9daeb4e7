package palimpsest.data;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * An invented person.
 *
 * @param id 0, 1, …; the new people of the tasks follow the pretrained ones
 * @param female decides the pronouns, nothing else
 * @param values one for each attribute
 */
public record Person(
    int id,
    String first,
    String middle,
    String last,
    boolean female,
    Map<Attribute, String> values) {
  public Person {
    values = Collections.unmodifiableMap(new EnumMap<>(values));
    if (values.size() != Attribute.values().length) {
      throw new IllegalArgumentException("a person has a value for each attribute: " + values);
    }
  }

  public String fullName() {
    return first + " " + middle + " " + last;
  }

  public String value(Attribute attribute) {
    return values.get(attribute);
  }
}
