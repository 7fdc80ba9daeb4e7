package palimpsest.data;

import java.time.Month;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import palimpsest.base.RandomStream;

/**
 * Everybody there is, drawn from a seed: first the pretrained people, then the new ones of task 1,
 * task 2, … More new people leave those before them as they were.
 */
public final class Population {
  private final PopulationSpec spec;
  private final long seed;
  private final List<Person> everybody;

  private Population(PopulationSpec spec, long seed, List<Person> everybody) {
    this.spec = spec;
    this.seed = seed;
    this.everybody = List.copyOf(everybody);
  }

  public static Population generate(PopulationSpec spec, long seed) {
    RandomGenerator names = RandomStream.of(seed, "population", "names");
    RandomGenerator values = RandomStream.of(seed, "population", "values");
    Set<Long> taken = HashSet.newHashSet(spec.everybody());
    List<Person> everybody = new ArrayList<>(spec.everybody());
    for (int id = 0; id < spec.everybody(); id++) {
      long triple = freeTriple(spec, names, taken);
      everybody.add(person(id, triple, spec, names.nextBoolean(), values));
    }
    return new Population(spec, seed, everybody);
  }

  public PopulationSpec spec() {
    return spec;
  }

  public List<Person> everybody() {
    return everybody;
  }

  /** The people whose biographies are trained. */
  public List<Person> pretrained() {
    return everybody.subList(0, spec.people());
  }

  /** The new people of a task, 1 and above. */
  public List<Person> newcomers(int task) {
    if (task < 1 || task > spec.newTasks()) {
      throw new IllegalArgumentException("there is no task " + task + " with new people");
    }
    int from = spec.people() + (task - 1) * spec.newPeople();
    return everybody.subList(from, from + spec.newPeople());
  }

  /**
   * Task 0's people: the first half trains; of the other half 20 % (one person at least) are dev
   * and the rest test, drawn by person.
   */
  public Splits splits() {
    return splits(0.2);
  }

  /** {@link #splits()} with another share of dev; test keeps one person at least. */
  public Splits splits(double devShare) {
    int half = spec.people() / 2;
    int[] heldOut = new int[spec.people() - half];
    for (int i = 0; i < heldOut.length; i++) {
      heldOut[i] = half + i;
    }
    RandomStream.shuffle(heldOut, RandomStream.of(seed, "population", "splits"));
    int dev = Math.clamp(Math.round(devShare * heldOut.length), 1, heldOut.length - 1);
    return new Splits(
        everybody.subList(0, half), chosen(heldOut, 0, dev), chosen(heldOut, dev, heldOut.length));
  }

  private List<Person> chosen(int[] ids, int from, int to) {
    return Arrays.stream(ids, from, to).sorted().mapToObj(everybody::get).toList();
  }

  /** A name nobody has, as one number; the specification made sure that there is one. */
  private static long freeTriple(PopulationSpec spec, RandomGenerator random, Set<Long> taken) {
    long triples = (long) spec.firstNames() * spec.middleNames() * spec.lastNames();
    long triple;
    do {
      triple = random.nextLong(triples);
    } while (!taken.add(triple));
    return triple;
  }

  private static Person person(
      int id, long triple, PopulationSpec spec, boolean female, RandomGenerator random) {
    int last = (int) (triple % spec.lastNames());
    long rest = triple / spec.lastNames();
    int middle = (int) (rest % spec.middleNames());
    int first = (int) (rest / spec.middleNames());
    String birthday = birthday(spec, random);
    String city = draw(WordList.CITIES, spec.cities(), random);
    String university = draw(WordList.UNIVERSITIES, spec.universities(), random);
    String major = draw(WordList.MAJORS, spec.majors(), random);
    Company company = Company.parse(draw(WordList.COMPANIES, spec.companies(), random));
    return new Person(
        id,
        WordList.FIRST_NAMES.get(first),
        WordList.MIDDLE_NAMES.get(middle),
        WordList.LAST_NAMES.get(last),
        female,
        Map.of(
            Attribute.BIRTHDAY, birthday,
            Attribute.BIRTH_CITY, city,
            Attribute.UNIVERSITY, university,
            Attribute.MAJOR, major,
            Attribute.COMPANY_NAME, company.name(),
            Attribute.COMPANY_CITY, company.city()));
  }

  private static String draw(WordList list, int pool, RandomGenerator random) {
    return list.get(random.nextInt(pool));
  }

  /** Such as {@code May 28, 1952}. */
  private static String birthday(PopulationSpec spec, RandomGenerator random) {
    Month month = Month.of(1 + random.nextInt(12));
    int day = 1 + random.nextInt(PopulationSpec.DAYS);
    int year = PopulationSpec.FIRST_YEAR + random.nextInt(spec.years());
    return name(month) + " " + day + ", " + year;
  }

  static String name(Month month) {
    return month.getDisplayName(TextStyle.FULL, Locale.ENGLISH);
  }
}
