package palimpsest.data;

import java.util.ArrayList;
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
  private static final String POSSESSIVE = "'s";
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

  /**
   * The sentence of a person, with a space in front.
   *
   * @param named with the full name; else with he or she, his or her where the name is a possessive
   */
  List<Passage.Piece> tell(Person person, Attribute attribute, boolean named) {
    int value = text.indexOf(VALUE) - 1; // the space belongs to the value
    int end = value + 1 + VALUE.length();
    int start = NAME.length();
    List<Passage.Piece> pieces = new ArrayList<>(4);
    if (named) {
      pieces.add(new Passage.Piece(Passage.Role.NAME, " " + person.fullName()));
    } else {
      boolean possessive = text.startsWith(POSSESSIVE, start);
      start += possessive ? POSSESSIVE.length() : 0;
      pieces.add(new Passage.Piece(Passage.Role.TEMPLATE, " " + pronoun(person, possessive)));
    }
    String between = filled(text.substring(start, value), person);
    String after = filled(text.substring(end), person);
    pieces.add(new Passage.Piece(Passage.Role.TEMPLATE, between));
    pieces.add(new Passage.Piece(Passage.Role.VALUE, " " + person.value(attribute)));
    pieces.add(new Passage.Piece(Passage.Role.TEMPLATE, after));
    return pieces;
  }

  private static String pronoun(Person person, boolean possessive) {
    if (possessive) {
      return person.female() ? "Her" : "His";
    }
    return person.female() ? "She" : "He";
  }

  /** The sentence with the full name, up to the space before the value. */
  String prefix(Person person) {
    String before = text.substring(NAME.length(), text.indexOf(VALUE) - 1);
    return person.fullName() + filled(before, person);
  }

  /** The sentence's own words, without its placeholders. */
  String words() {
    return PLACEHOLDER.matcher(text).replaceAll(" ");
  }

  private static String filled(String words, Person person) {
    return words
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
