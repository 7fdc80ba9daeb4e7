package palimpsest.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import palimpsest.base.RandomStream;

/**
 * Writes biographies: six sentences, one for each attribute, joined by single spaces, with one
 * space in front (so that a sub-word tokenizer sees the first name as it sees every other).
 */
public final class Biographies {
  private static final int ATTRIBUTES = Attribute.values().length;

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
    int[][] templates = new int[ATTRIBUTES][];
    for (int attribute = 0; attribute < ATTRIBUTES; attribute++) {
      templates[attribute] = shuffled(spec.templates(), random);
    }
    Set<List<Integer>> orders = new HashSet<>();
    List<String> texts = new ArrayList<>();
    while (texts.size() < spec.versions()) {
      int[] order = order(random);
      if (!spec.permute() || orders.add(Arrays.stream(order).boxed().toList())) {
        int version = texts.size();
        int[] chosen = Arrays.stream(templates).mapToInt(drawn -> drawn[version]).toArray();
        texts.add(text(person, chosen, order));
      }
    }
    return texts;
  }

  /** A biography with templates and order drawn now. */
  public String fresh(Person person, RandomGenerator random) {
    int[] chosen = new int[ATTRIBUTES];
    for (int attribute = 0; attribute < ATTRIBUTES; attribute++) {
      chosen[attribute] = random.nextInt(spec.templates());
    }
    return text(person, chosen, order(random));
  }

  private int[] order(RandomGenerator random) {
    return spec.permute() ? shuffled(ATTRIBUTES, random) : ascending(ATTRIBUTES);
  }

  private String text(Person person, int[] chosen, int[] order) {
    StringBuilder text = new StringBuilder();
    for (int position = 0; position < order.length; position++) {
      Attribute attribute = Attribute.values()[order[position]];
      Template template =
          Template.first(attribute, spec.templates()).get(chosen[attribute.ordinal()]);
      boolean named = position == 0 || spec.fullName();
      text.append(' ')
          .append(
              named
                  ? template.withName(person, attribute)
                  : template.withPronoun(person, attribute));
    }
    return text.toString();
  }

  private static int[] shuffled(int count, RandomGenerator random) {
    int[] order = ascending(count);
    RandomStream.shuffle(order, random);
    return order;
  }

  private static int[] ascending(int count) {
    int[] order = new int[count];
    Arrays.setAll(order, i -> i);
    return order;
  }
}
