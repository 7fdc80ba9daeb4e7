package palimpsest.data;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * A sentence that tells one attribute of a person. It begins with {@code {name}} and has one {@code
 * {value}}, mostly last; {@code {his}} and {@code {him}} become the person's own pronouns.
 */
record Template(String text) {
  /** Templates there are for each attribute. */
  static final int MOST = 50;

  private static final String NAME = "{name}";
  private static final String VALUE = "{value}";
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{[a-z]+}");
  private static final Map<Attribute, List<Template>> ALL = read();

  /** The first templates of an attribute. */
  static List<Template> first(Attribute attribute, int count) {
    return ALL.get(attribute).subList(0, count);
  }

  /** One of the first templates of an attribute. */
  static Template draw(Attribute attribute, int count, RandomGenerator random) {
    return ALL.get(attribute).get(random.nextInt(count));
  }

  /** The sentence with the person's full name. */
  String withName(Person person, Attribute attribute) {
    return fill(person, person.fullName()).replace(VALUE, person.value(attribute));
  }

  /** The sentence with he or she (his or her where the name is a possessive) for the name. */
  String withPronoun(Person person, Attribute attribute) {
    String possessive = NAME + "'s";
    String sentence =
        text.startsWith(possessive)
            ? (person.female() ? "Her" : "His") + text.substring(possessive.length())
            : (person.female() ? "She" : "He") + text.substring(NAME.length());
    return new Template(sentence).fill(person, "").replace(VALUE, person.value(attribute));
  }

  /** The sentence with the full name, up to the space before the value. */
  String prefix(Person person) {
    String sentence = fill(person, person.fullName());
    return sentence.substring(0, sentence.indexOf(VALUE) - 1);
  }

  /** The sentence's own words, without its placeholders. */
  String words() {
    return PLACEHOLDER.matcher(text).replaceAll(" ");
  }

  private String fill(Person person, String name) {
    return text.replace(NAME, name)
        .replace("{his}", person.female() ? "her" : "his")
        .replace("{him}", person.female() ? "her" : "him");
  }

  private static Map<Attribute, List<Template>> read() {
    Map<Attribute, List<Template>> templates = new EnumMap<>(Attribute.class);
    for (Attribute attribute : Attribute.values()) {
      templates.put(
          attribute,
          WordList.lines("templates/" + attribute.key() + ".txt").stream()
              .map(Template::new)
              .toList());
    }
    return templates;
  }
}
