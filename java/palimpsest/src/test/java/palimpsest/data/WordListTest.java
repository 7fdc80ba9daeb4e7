package palimpsest.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the lists must be like for lengths and chance levels to be those of the measurements. */
class WordListTest {
  @Test
  void names_areSingleWordsThatAppearNowhereElse() {
    List<String> names =
        Stream.of(
                WordList.FIRST_NAMES.first(450),
                WordList.MIDDLE_NAMES.first(450),
                WordList.LAST_NAMES.first(1000))
            .flatMap(List::stream)
            .toList();
    assertEquals(1900, new HashSet<>(names).size());
    assertTrue(names.stream().allMatch(name -> name.matches("[A-Z][a-z]+")));
    Set<String> others = new TreeSet<>();
    PopulationSpec paper = PopulationSpec.paper(4, 0, 0);
    Wording.everything(paper, new BiographySpec(0, true, true, 50))
        .forEach(text -> Words.split(text, others::add));
    others.removeAll(WordList.FIRST_NAMES.first(400));
    others.removeAll(WordList.MIDDLE_NAMES.first(400));
    others.removeAll(WordList.LAST_NAMES.first(1000));
    assertTrue(Collections.disjoint(others, names));
  }

  @Test
  void cities_haveAStateAndMostlyDifferentFirstWords() {
    List<String> cities = WordList.CITIES.first(200);
    assertEquals(200, new HashSet<>(cities).size());
    assertTrue(cities.stream().allMatch(city -> city.matches("[A-Z][A-Za-z ]+, [A-Z]{2}")));
    assertEquals(50, firstWords(cities.subList(0, 50)).size());
    assertTrue(firstWords(cities).size() >= 177);
    assertTrue(cities.stream().allMatch(city -> city.split(" ").length <= 3));
  }

  @Test
  void universities_beginWithUniversityAsOftenAsMeasured() {
    for (int pool : new int[] {10, 25, 50, 100, 200}) {
      assertEquals(0.2, beginWithUniversity(pool), 1e-12, "pool of " + pool);
    }
    assertEquals(0.39, beginWithUniversity(300), 1e-12);
    assertEquals(300, new HashSet<>(WordList.UNIVERSITIES.first(300)).size());
    assertEquals(41, firstWords(WordList.UNIVERSITIES.first(50)).size());
  }

  private static double beginWithUniversity(int pool) {
    return WordList.UNIVERSITIES.first(pool).stream()
            .filter(name -> name.startsWith("University "))
            .count()
        / (double) pool;
  }

  @Test
  void majors_haveDifferentFirstWordsWhereThereAreFew() {
    assertEquals(100, new HashSet<>(WordList.MAJORS.first(100)).size());
    assertEquals(25, firstWords(WordList.MAJORS.first(25)).size());
    assertEquals(84, firstWords(WordList.MAJORS.first(100)).size());
  }

  @Test
  void companies_haveOneDominantCity() {
    assertEquals(5, inNewYork(50));
    assertEquals(12, inNewYork(200));
    assertEquals(31, inNewYork(263));
    List<Company> all = companies(263);
    assertEquals(154, all.stream().map(Company::city).distinct().count());
    assertEquals(263, all.stream().map(Company::name).distinct().count());
    assertEquals(227, firstWords(all.stream().map(Company::name).toList()).size());
    for (int pool : new int[] {50, 200, 263}) {
      Map<String, Long> cities =
          companies(pool).stream()
              .collect(Collectors.groupingBy(Company::city, Collectors.counting()));
      cities.remove("New York, NY");
      assertTrue(Collections.max(cities.values()) < inNewYork(pool));
    }
  }

  private static long inNewYork(int pool) {
    return companies(pool).stream().filter(it -> it.city().equals("New York, NY")).count();
  }

  private static List<Company> companies(int pool) {
    return WordList.COMPANIES.first(pool).stream().map(Company::parse).toList();
  }

  @Test
  void templates_beginWithTheNameAndTellTheValueOnce() {
    int words = 0;
    Set<Template> all = new HashSet<>();
    for (Attribute attribute : Attribute.values()) {
      List<Template> templates = Template.first(attribute, Template.MOST);
      all.addAll(templates);
      for (Template template : templates) {
        String text = template.text();
        assertTrue(
            text.matches("\\{name}('s)? [a-z{][^{}]*.*\\{value}[^{}]*(\\{his}[^{}]*)?\\."), text);
        assertEquals(text.indexOf("{value}"), text.lastIndexOf("{value}"), text);
        assertTrue(!text.matches(".*\\b(his|her|him|he|she)\\b[^}].*"), text);
        words += text.split(" ").length;
      }
    }
    assertEquals(300, all.size());
    assertEquals(6.15, words / 300.0, 0.05);
    assertEquals(Map.of(false, 30L, true, 20L), possessive(Attribute.BIRTHDAY));
    assertEquals(Map.of(false, 35L, true, 15L), possessive(Attribute.BIRTH_CITY));
  }

  private static Map<Boolean, Long> possessive(Attribute attribute) {
    return Template.first(attribute, Template.MOST).stream()
        .collect(
            Collectors.partitioningBy(
                template -> template.text().startsWith("{name}'s "), Collectors.counting()));
  }

  private static Set<String> firstWords(List<String> entries) {
    Function<String, String> first = entry -> entry.replaceFirst("[ ,].*", "");
    return entries.stream().map(first).collect(Collectors.toSet());
  }
}
