package palimpsest.analysis.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import palimpsest.data.BiographySpec;
import palimpsest.data.Passage;
import palimpsest.data.Person;
import palimpsest.data.Population;
import palimpsest.data.PopulationSpec;
import palimpsest.data.Tokenizer;
import palimpsest.data.WordTokenizer;

class CrowdTest {
  private static final PopulationSpec PEOPLE =
      new PopulationSpec(60, 20, 1, 10, 10, 20, 10, 10, 5, 10, 10);
  private static final BiographySpec WORDING = new BiographySpec(5, true, true, 5);
  private static final Tokenizer WORDS = WordTokenizer.of(PEOPLE, WORDING);
  private static final int SIZE = 50;
  private static final Crowd CROWD = Crowd.draw(PEOPLE, WORDING, WORDS, SIZE, 512, 1);

  @Test
  void suspectsArePretrainedPeopleAndTheOthersAreNobodyOfTheRun() {
    Population population = Population.generate(PEOPLE, 1);
    Set<String> pretrained = names(population.pretrained());
    Set<String> everybody = names(population.everybody());
    assertEquals(SIZE, CROWD.suspects().size());
    assertEquals(2 * SIZE, CROWD.unseen().size());
    assertEquals(SIZE, CROWD.suspectTemplates().size());
    assertEquals(SIZE, CROWD.unseenTemplates().size());
    Set<String> suspects =
        CROWD.suspects().stream().map(CrowdTest::name).collect(Collectors.toSet());
    assertEquals(SIZE, suspects.size());
    assertTrue(pretrained.containsAll(suspects));
    Set<String> others = new HashSet<>();
    Stream.of(CROWD.unseen(), CROWD.suspectTemplates(), CROWD.unseenTemplates())
        .flatMap(List::stream)
        .forEach(person -> assertTrue(others.add(name(person)), "twice: " + name(person)));
    assertTrue(others.stream().noneMatch(everybody::contains));
  }

  /** The control has the suspects' own wording, and nothing else of them. */
  @Test
  void theControlDiffersInNamesAndValuesAlone() {
    for (int i = 0; i < SIZE; i++) {
      PersonTexts suspect = CROWD.suspects().get(i);
      PersonTexts control = CROWD.suspectTemplates().get(i);
      assertEquals(
          withoutPronouns(suspect, Passage.Role.TEMPLATE),
          withoutPronouns(control, Passage.Role.TEMPLATE));
      assertFalse(tokens(suspect, Passage.Role.NAME).equals(tokens(control, Passage.Role.NAME)));
    }
  }

  @Test
  void wrongTextsAreWrongInOneThing() {
    int otherFacts = 0;
    int fewerWords = 0;
    for (PersonTexts person : CROWD.suspects()) {
      assertEquals(WORDS.endOfText(), person.biography()[0]);
      assertEquals(person.biography().length - 1, person.roles().size());
      int[] facts = person.wrong().get(PersonTexts.Wrong.FACTS.ordinal());
      int[] name = person.wrong().get(PersonTexts.Wrong.NAME.ordinal());
      int[] words = person.wrong().get(PersonTexts.Wrong.WORDS.ordinal());
      assertArrayEquals(
          Arrays.copyOf(person.biography(), 4), Arrays.copyOf(facts, 4), "the name stays");
      otherFacts += Arrays.equals(person.biography(), facts) ? 0 : 1;
      assertFalse(Arrays.equals(Arrays.copyOf(person.biography(), 4), Arrays.copyOf(name, 4)));
      List<Integer> values = tokens(person, Passage.Role.VALUE);
      assertTrue(Arrays.stream(name).boxed().toList().containsAll(values), "the facts stay");
      fewerWords += person.biography().length - words.length;
    }
    assertEquals(SIZE, otherFacts);
    double share =
        fewerWords / CROWD.suspects().stream().mapToDouble(it -> it.biography().length).sum();
    assertEquals(0.1, share, 0.02);
  }

  @Test
  void textsEndWhereTheModelDoes() {
    Crowd cut = Crowd.draw(PEOPLE, WORDING, WORDS, 20, 30, 1);
    Stream.of(cut.suspects(), cut.unseen())
        .flatMap(List::stream)
        .forEach(
            person -> {
              assertEquals(31, person.biography().length);
              assertEquals(30, person.roles().size());
              person.wrong().forEach(ids -> assertTrue(ids.length <= 31));
            });
  }

  @Test
  void theSameSeedDrawsTheSame() {
    Crowd again = Crowd.draw(PEOPLE, WORDING, WORDS, SIZE, 512, 1);
    Crowd other = Crowd.draw(PEOPLE, WORDING, WORDS, SIZE, 512, 2);
    assertArrayEquals(CROWD.unseen().get(7).biography(), again.unseen().get(7).biography());
    assertFalse(
        Arrays.equals(CROWD.unseen().get(7).biography(), other.unseen().get(7).biography()));
  }

  @Test
  void thereMustBeEnoughPeopleAndNames() {
    assertEquals(60, Crowd.size(PEOPLE, 500));
    assertEquals(30, Crowd.size(PEOPLE, 30));
    // 5 x 5 x 10 names for 80 people leave 170, a seventh of which is 24.
    assertEquals(24, Crowd.size(new PopulationSpec(60, 20, 1, 5, 5, 10, 9, 9, 5, 9, 9), 500));
    assertEquals(0, Crowd.size(new PopulationSpec(60, 20, 1, 5, 5, 8, 9, 9, 5, 9, 9), 500));
    assertEquals(0, Crowd.size(new PopulationSpec(10, 20, 1, 50, 50, 8, 9, 9, 5, 9, 9), 500));
  }

  private static Set<String> names(List<Person> people) {
    return people.stream()
        .map(person -> WORDS.decode(WORDS.encode(person.fullName())))
        .collect(Collectors.toSet());
  }

  /** The biography begins with it. */
  private static String name(PersonTexts person) {
    return WORDS.decode(Arrays.copyOfRange(person.biography(), 1, 4));
  }

  private static List<Integer> tokens(PersonTexts person, Passage.Role role) {
    return IntStream.range(0, person.roles().size())
        .filter(i -> person.roles().get(i) == role)
        .mapToObj(i -> person.biography()[i + 1])
        .toList();
  }

  private static String withoutPronouns(PersonTexts person, Passage.Role role) {
    int[] tokens = tokens(person, role).stream().mapToInt(Integer::intValue).toArray();
    return WORDS.decode(tokens).replaceAll("\\b(his|her|him)\\b", "_");
  }
}
