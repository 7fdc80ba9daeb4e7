package palimpsest.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import palimpsest.base.UserException;

class PopulationTest {
  @Test
  void sameSeedSamePeople() {
    List<Person> people = Population.generate(Fixtures.TINY, 7).everybody();
    assertEquals(people, Population.generate(Fixtures.TINY, 7).everybody());
    assertNotEquals(people, Population.generate(Fixtures.TINY, 8).everybody());
  }

  @Test
  void idsCountAndNamesAreUnique() {
    List<Person> people = Population.generate(Fixtures.TINY, 1).everybody();
    assertEquals(
        IntStream.range(0, 800).boxed().toList(), people.stream().map(Person::id).toList());
    assertEquals(800, people.stream().map(Person::fullName).distinct().count());
  }

  @Test
  void moreNewPeopleLeaveTheOthersAsTheyWere() {
    PopulationSpec more = new PopulationSpec(500, 400, 3, 50, 50, 100, 50, 50, 25, 50, 50);
    Population population = Population.generate(more, 4);
    Population fewer = Population.generate(Fixtures.TINY, 4);
    assertEquals(fewer.pretrained(), population.pretrained());
    assertEquals(fewer.newcomers(1), population.newcomers(1).subList(0, 300));
    assertEquals(1300, population.newcomers(3).getFirst().id());
    assertEquals(1699, population.newcomers(3).getLast().id());
  }

  @Test
  void everyNameIsGivenWhenThereAreAsManyPeople() {
    PopulationSpec full = new PopulationSpec(20, 7, 1, 3, 3, 3, 5, 5, 5, 5, 5);
    assertEquals(
        27,
        Population.generate(full, 2).everybody().stream().map(Person::fullName).distinct().count());
  }

  @Test
  void valuesComeFromThePoolsAndTheCompanyDecidesItsCity() {
    Map<String, String> cityOf = new HashMap<>();
    WordList.COMPANIES.first(50).stream()
        .map(Company::parse)
        .forEach(company -> cityOf.put(company.name(), company.city()));
    int females = 0;
    for (Person person : Population.generate(Fixtures.TINY, 5).everybody()) {
      females += person.female() ? 1 : 0;
      assertTrue(WordList.CITIES.first(50).contains(person.value(Attribute.BIRTH_CITY)));
      assertTrue(WordList.UNIVERSITIES.first(50).contains(person.value(Attribute.UNIVERSITY)));
      assertTrue(WordList.MAJORS.first(25).contains(person.value(Attribute.MAJOR)));
      assertTrue(
          person.value(Attribute.BIRTHDAY).matches("[A-Z][a-z]+ (1?[1-9]|10|2[0-8]), 19[0-4]\\d"),
          person.value(Attribute.BIRTHDAY));
      assertEquals(
          cityOf.get(person.value(Attribute.COMPANY_NAME)), person.value(Attribute.COMPANY_CITY));
    }
    assertEquals(400, females, 60); // 4 standard deviations
  }

  @Test
  void splitsAreDisjointAndComplete() {
    Population population = Population.generate(Fixtures.TINY, 6);
    Splits splits = population.splits();
    assertEquals(population.pretrained().subList(0, 250), splits.train());
    assertEquals(50, splits.dev().size());
    assertEquals(200, splits.test().size());
    List<Person> heldOut = new ArrayList<>(splits.heldOut());
    heldOut.sort((a, b) -> Integer.compare(a.id(), b.id()));
    assertEquals(population.pretrained().subList(250, 500), heldOut);
    assertEquals(splits, Population.generate(Fixtures.TINY, 6).splits());
    assertNotEquals(splits.dev(), population.pretrained().subList(250, 300));
  }

  @Test
  void devAndTestKeepOnePersonWhateverTheShare() {
    Population population = Population.generate(Fixtures.TINY, 6);
    assertEquals(1, population.splits(0).dev().size());
    assertEquals(1, population.splits(1).test().size());
  }

  @Test
  void fourPeopleFillEverySplit() {
    PopulationSpec four = new PopulationSpec(4, 0, 0, 5, 5, 5, 5, 5, 5, 5, 5);
    Splits splits = Population.generate(four, 1).splits();
    assertEquals(
        List.of(2, 1, 1),
        List.of(splits.train().size(), splits.dev().size(), splits.test().size()));
  }

  @Test
  void refusesWhatCannotBe() {
    assertRefused(
        "data.people: 1001 people in all, but 10 x 10 x 10 names (data.names) name 1000 at most",
        () -> new PopulationSpec(1001, 0, 0, 10, 10, 10, 5, 5, 5, 5, 5));
    assertRefused(
        "data.new_people: 1001 people in all, but 10 x 10 x 10 names (data.names) name 1000 at"
            + " most",
        () -> new PopulationSpec(999, 2, 1, 10, 10, 10, 5, 5, 5, 5, 5));
    assertRefused(
        "data.people: 0 people asked for; 4 at least, so that train, dev and test all have one",
        () -> new PopulationSpec(0, 0, 0, 10, 10, 10, 5, 5, 5, 5, 5));
    assertRefused(
        "data.new_people: must be 1 or more, not 0",
        () -> new PopulationSpec(10, 0, 1, 10, 10, 10, 5, 5, 5, 5, 5));
    assertRefused(
        "data.names.first: 451 first names asked for; 1 to 450 can be had",
        () -> new PopulationSpec(10, 0, 0, 451, 10, 10, 5, 5, 5, 5, 5));
    assertRefused(
        "data.names.last: 0 last names asked for; 1 to 1000 can be had",
        () -> new PopulationSpec(10, 0, 0, 10, 10, 0, 5, 5, 5, 5, 5));
    assertRefused(
        "data.companies: 264 companies asked for; 1 to 263 can be had",
        () -> new PopulationSpec(10, 0, 0, 10, 10, 10, 5, 5, 5, 264, 5));
    assertRefused(
        "data.years: 201 years of birth asked for; 1 to 200 can be had",
        () -> new PopulationSpec(10, 0, 0, 10, 10, 10, 5, 5, 5, 5, 201));
    assertRefused(
        "data.templates: 51 templates per attribute asked for; 1 to 50 can be had",
        () -> new BiographySpec(0, true, true, 51));
    assertRefused(
        "data.versions: 21 versions with different templates need as many; data.templates is 20",
        () -> new BiographySpec(21, true, true, 20));
    assertRefused(
        "data.versions: must be fresh, or 1 or more fixed versions, not -1",
        () -> new BiographySpec(-1, true, true, 20));
  }

  private static void assertRefused(String message, Executable mistake) {
    assertEquals(message, assertThrows(UserException.class, mistake).getMessage());
  }
}
