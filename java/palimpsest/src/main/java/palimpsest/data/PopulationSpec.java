package palimpsest.data;

import palimpsest.base.UserException;

/**
 * How many people there are, and how many names and values they share. Names and values are drawn
 * uniformly from pools; a pool of n is the first n of the program's own list.
 *
 * @param people the pretrained ones: task 0 asks about them
 * @param newPeople of each later task, which may ask about fewer of them; their biographies are
 *     never trained
 * @param newTasks how many tasks with new people follow task 0
 * @param years of birth, 1900 and later
 */
public record PopulationSpec(
    int people,
    int newPeople,
    int newTasks,
    int firstNames,
    int middleNames,
    int lastNames,
    int cities,
    int universities,
    int majors,
    int companies,
    int years) {
  static final int FIRST_YEAR = 1900;
  static final int MOST_YEARS = 200;
  static final int DAYS = 28;

  /** Two halves, and of the second one person at least for dev and for test. */
  private static final int FEWEST_PEOPLE = 4;

  public PopulationSpec {
    WordList.FIRST_NAMES.check(firstNames);
    WordList.MIDDLE_NAMES.check(middleNames);
    WordList.LAST_NAMES.check(lastNames);
    WordList.CITIES.check(cities);
    WordList.UNIVERSITIES.check(universities);
    WordList.MAJORS.check(majors);
    WordList.COMPANIES.check(companies);
    WordList.checkRange("data.years", years, MOST_YEARS, "years of birth");
    if (people < FEWEST_PEOPLE) {
      throw new UserException(
          "data.people: %d people asked for; %d at least, so that train, dev and test all have one"
              .formatted(people, FEWEST_PEOPLE));
    }
    if (newTasks < 0) {
      throw new UserException("data.tasks: must leave 0 new tasks or more, not " + newTasks);
    }
    if (newTasks > 0 && newPeople < 1) {
      throw new UserException("data.new_people: must be 1 or more, not " + newPeople);
    }
    long all = people + (long) newPeople * newTasks;
    long names = names(firstNames, middleNames, lastNames);
    if (all > Math.min(names, Integer.MAX_VALUE)) {
      throw new UserException(
          "%s: %d people in all, but %d x %d x %d names (data.names) name %d at most"
              .formatted(
                  people > names ? "data.people" : "data.new_people",
                  all,
                  firstNames,
                  middleNames,
                  lastNames,
                  names));
    }
  }

  /** The paper's pools (section 1 of its specification), for any number of people. */
  public static PopulationSpec paper(int people, int newPeople, int newTasks) {
    return new PopulationSpec(
        people, newPeople, newTasks, 400, 400, 1000, 200, 300, 100, 263, MOST_YEARS);
  }

  /** How many people could be told apart by their names. */
  public long names() {
    return names(firstNames, middleNames, lastNames);
  }

  private static long names(int first, int middle, int last) {
    return (long) first * middle * last;
  }

  /** All people, pretrained and new. */
  public int everybody() {
    return people + newPeople * newTasks;
  }
}
