package palimpsest.data;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import palimpsest.base.RandomStream;

/**
 * Writes biographies: six sentences, one for each attribute, joined by single spaces, with one
 * space in front (so that a sub-word tokenizer sees the first name as it sees every other).
 */
public final class Biographies {
  private static final List<Attribute> ATTRIBUTES = List.of(Attribute.values());

  private final BiographySpec spec;

  public Biographies(BiographySpec spec) {
    this.spec = spec;
  }

  /**
   * A person's fixed versions, the same for the same seed. Of one person no two have a template or
   * (where orders are permuted) an order in common.
   */
  public List<String> fixed(Person person, long seed) {
    RandomGenerator random =
        RandomStream.of(seed, "biography", "versions", Integer.toString(person.id()));
    Map<Attribute, List<Template>> templates = new EnumMap<>(Attribute.class);
    for (Attribute attribute : ATTRIBUTES) {
      templates.put(attribute, shuffled(Template.first(attribute, spec.templates()), random));
    }
    Set<List<Attribute>> orders = new HashSet<>();
    List<String> texts = new ArrayList<>();
    while (texts.size() < spec.versions()) {
      List<Attribute> order = order(random);
      if (orders.add(order) || !spec.permute()) {
        int version = texts.size();
        Map<Attribute, Template> chosen = new EnumMap<>(Attribute.class);
        templates.forEach((attribute, drawn) -> chosen.put(attribute, drawn.get(version)));
        texts.add(new Draft(chosen, order, spec.fullName()).of(person).text());
      }
    }
    return texts;
  }

  /** A biography with templates and order drawn now. */
  public String fresh(Person person, RandomGenerator random) {
    return draft(random).of(person).text();
  }

  /** Templates and order drawn now, for anybody. */
  public Draft draft(RandomGenerator random) {
    Map<Attribute, Template> chosen = new EnumMap<>(Attribute.class);
    for (Attribute attribute : ATTRIBUTES) {
      chosen.put(attribute, Template.draw(attribute, spec.templates(), random));
    }
    return new Draft(chosen, order(random), spec.fullName());
  }

  private List<Attribute> order(RandomGenerator random) {
    return spec.permute() ? shuffled(ATTRIBUTES, random) : ATTRIBUTES;
  }

  private static <T> List<T> shuffled(List<T> items, RandomGenerator random) {
    List<T> shuffled = new ArrayList<>(items.size());
    for (int index : Orders.shuffled(items.size(), random)) {
      shuffled.add(items.get(index));
    }
    return shuffled;
  }
}
