package palimpsest.data;

import java.util.List;

/**
 * An invented person.
 *
 * @param id 0, 1, …; the new people of the tasks follow the pretrained ones
 * @param female decides the pronouns, nothing else
 * @param values one value for each {@link Attribute}, in its order
 */
public record Person(
    int id, String first, String middle, String last, boolean female, List<String> values) {
  public Person {
    values = List.copyOf(values);
    if (values.size() != Attribute.values().length) {
      throw new IllegalArgumentException("a person has six values, not " + values.size());
    }
  }

  public String fullName() {
    return first + " " + middle + " " + last;
  }

  public String value(Attribute attribute) {
    return values.get(attribute.ordinal());
  }
}
