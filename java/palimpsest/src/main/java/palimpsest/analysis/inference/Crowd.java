package palimpsest.analysis.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import palimpsest.base.RandomStream;
import palimpsest.data.Biographies;
import palimpsest.data.BiographySpec;
import palimpsest.data.Draft;
import palimpsest.data.Person;
import palimpsest.data.Population;
import palimpsest.data.PopulationSpec;
import palimpsest.data.Tokenizer;

/**
 * Whom the membership test is about. The unseen people are further draws of the population that the
 * suspects came from: the same pools of names and values, another name for everybody. Every text is
 * worded anew, also that of somebody trained on in fixed versions: what is suspected is the person,
 * not the text.
 *
 * @param suspects pretrained people, in their own words
 * @param unseen twice as many people of whom no text was ever trained
 * @param suspectTemplates the suspects' wording, told of strangers: the control, which must find
 *     nothing
 * @param unseenTemplates the wording of as many unseen people, told of other strangers
 */
public record Crowd(
    List<PersonTexts> suspects,
    List<PersonTexts> unseen,
    List<PersonTexts> suspectTemplates,
    List<PersonTexts> unseenTemplates) {
  /** Fewest suspects to say anything of: ten in each half. */
  public static final int FEWEST = 20;

  /** Strangers and unseen people there must be names for, a suspect. */
  private static final int OTHERS = 7;

  /**
   * How many suspects there can be, {@link #FEWEST} at least or none at all.
   *
   * @param most as many as are wanted
   */
  public static int size(PopulationSpec population, int most) {
    long names = (long) population.firstNames() * population.middleNames() * population.lastNames();
    long free = names - population.everybody();
    long size = Math.min(Math.min(most, population.people()), free / OTHERS);
    return size < FEWEST ? 0 : (int) size;
  }

  /**
   * Draws everybody's texts.
   *
   * @param size {@link #size}
   * @param positions the most that the model reads at once, T
   */
  public static Crowd draw(
      PopulationSpec population,
      BiographySpec wording,
      Tokenizer tokenizer,
      int size,
      int positions,
      long seed) {
    Population enlarged = Population.generate(withOthers(population, size), seed);
    List<Person> others =
        enlarged
            .everybody()
            .subList(population.everybody(), population.everybody() + OTHERS * size);
    List<Person> suspects = chosen(enlarged.pretrained(), size, seed);
    List<Person> unseen = others.subList(0, 2 * size);
    List<Person> strangers = others.subList(2 * size, 5 * size);
    List<Person> substitutes = others.subList(5 * size, 7 * size);

    var biographies = new Biographies(wording);
    RandomGenerator random = RandomStream.of(seed, "membership", "texts");
    List<PersonTexts> suspected = new ArrayList<>();
    List<PersonTexts> known = new ArrayList<>();
    List<PersonTexts> suspectTemplates = new ArrayList<>();
    List<PersonTexts> unseenTemplates = new ArrayList<>();
    for (int i = 0; i < 3 * size; i++) {
      boolean suspect = i < size;
      Person person = suspect ? suspects.get(i) : unseen.get(i - size);
      Person stranger = strangers.get(i);
      Draft draft = biographies.draft(random);
      (suspect ? suspected : known)
          .add(PersonTexts.of(draft, person, stranger, tokenizer, positions, random));
      if (i < 2 * size) {
        (suspect ? suspectTemplates : unseenTemplates)
            .add(PersonTexts.of(draft, substitutes.get(i), stranger, tokenizer, positions, random));
      }
    }
    return new Crowd(suspected, known, suspectTemplates, unseenTemplates);
  }

  /** The same population with one more task of new people, or more of them. */
  private static PopulationSpec withOthers(PopulationSpec spec, int size) {
    int newcomers = spec.newPeople() * spec.newTasks() + OTHERS * size;
    return new PopulationSpec(
        spec.people(),
        newcomers,
        1,
        spec.firstNames(),
        spec.middleNames(),
        spec.lastNames(),
        spec.cities(),
        spec.universities(),
        spec.majors(),
        spec.companies(),
        spec.years());
  }

  private static List<Person> chosen(List<Person> people, int count, long seed) {
    int[] order = new int[people.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    RandomStream.shuffle(order, RandomStream.of(seed, "membership", "suspects"));
    List<Person> chosen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      chosen.add(people.get(order[i]));
    }
    return chosen;
  }
}
