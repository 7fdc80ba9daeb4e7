package palimpsest.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import palimpsest.base.RandomStream;

class BiographiesTest {
  private static final List<Person> PEOPLE =
      Population.generate(Fixtures.TINY, 1).pretrained().subList(0, 100);

  @Test
  void everySentenceHasTheFullNameAndEveryValueIsTold() {
    Biographies biographies = new Biographies(Fixtures.TINY_TEXTS);
    for (Person person : PEOPLE) {
      String text = biographies.fresh(person, RandomStream.of(person.id(), "text"));
      assertTrue(text.startsWith(" " + person.fullName()), text);
      assertEquals(6, sentences(text).size(), text);
      assertTrue(sentences(text).stream().allMatch(it -> it.startsWith(person.fullName())), text);
      assertTrue(person.values().values().stream().allMatch(text::contains), text);
      assertFalse(text.contains("{"), text);
    }
  }

  @Test
  void pronounsAreThePersonsOwn() {
    Pattern hers = Pattern.compile("\\b(he|him|his)\\b", Pattern.CASE_INSENSITIVE);
    Pattern his = Pattern.compile("\\b(she|her)\\b", Pattern.CASE_INSENSITIVE);
    for (boolean fullName : new boolean[] {true, false}) {
      Biographies biographies = new Biographies(new BiographySpec(50, true, fullName, 50));
      for (Person person : PEOPLE) {
        for (String text : biographies.fixed(person, 1)) {
          assertFalse((person.female() ? hers : his).matcher(text).find(), text);
        }
      }
    }
  }

  @Test
  void withoutFullNamesOnlyTheFirstSentenceNames() {
    Biographies biographies = new Biographies(new BiographySpec(3, true, false, 20));
    Set<String> subjects = new HashSet<>();
    for (Person person : PEOPLE) {
      for (String text : biographies.fixed(person, 1)) {
        List<String> sentences = sentences(text);
        assertTrue(sentences.getFirst().startsWith(person.fullName()), text);
        for (String sentence : sentences.subList(1, 6)) {
          assertFalse(sentence.contains(person.last()), text);
          subjects.add(sentence.substring(0, sentence.indexOf(' ')));
        }
      }
    }
    assertEquals(Set.of("He", "She", "His", "Her"), subjects);
  }

  @Test
  void versionsDifferInTemplatesAndOrder() {
    Biographies biographies = new Biographies(new BiographySpec(20, true, true, 20));
    for (Person person : PEOPLE.subList(0, 20)) {
      List<String> texts = biographies.fixed(person, 3);
      assertEquals(20, texts.size());
      Set<String> sentences = new HashSet<>();
      texts.forEach(text -> sentences.addAll(sentences(text)));
      assertEquals(120, sentences.size());
      Set<List<Attribute>> orders = new HashSet<>();
      texts.forEach(text -> orders.add(order(person, text)));
      assertEquals(20, orders.size());
    }
  }

  @Test
  void withoutPermutationTheOrderIsThatOfTheAttributes() {
    Biographies biographies = new Biographies(new BiographySpec(5, false, true, 20));
    for (Person person : PEOPLE) {
      for (String text : biographies.fixed(person, 3)) {
        assertEquals(List.of(Attribute.values()), order(person, text));
      }
    }
  }

  @Test
  void dependOnTheSeedAlone() {
    Biographies biographies = new Biographies(Fixtures.SMALL_TEXTS);
    Person person = PEOPLE.get(3);
    assertEquals(biographies.fixed(person, 1), biographies.fixed(person, 1));
    assertNotEquals(biographies.fixed(person, 1), biographies.fixed(person, 2));
    assertNotEquals(
        biographies.fresh(person, RandomStream.of(1, "a")),
        biographies.fresh(person, RandomStream.of(1, "b")));
  }

  @Test
  void aDraftIsToldOfAnybodyInTheSameWords() {
    Biographies biographies = new Biographies(new BiographySpec(20, true, true, 50));
    for (int i = 0; i + 1 < PEOPLE.size(); i++) {
      Draft draft = biographies.draft(RandomStream.of(i, "draft"));
      Person person = PEOPLE.get(i);
      Passage passage = draft.of(person);
      assertEquals(biographies.fresh(person, RandomStream.of(i, "draft")), passage.text());
      assertEquals(
          Collections.nCopies(6, " " + person.fullName()), texts(passage, Passage.Role.NAME));
      assertEquals(
          order(person, passage.text()).stream().map(it -> " " + person.value(it)).toList(),
          texts(passage, Passage.Role.VALUE));
      Person another = PEOPLE.get(i + 1);
      if (person.female() == another.female()) {
        assertEquals(
            texts(passage, Passage.Role.TEMPLATE), texts(draft.of(another), Passage.Role.TEMPLATE));
      }
    }
  }

  /** So that each token has one role. */
  @Test
  void theTokensOfThePiecesAreThoseOfTheWhole() {
    Biographies biographies = new Biographies(new BiographySpec(20, true, false, 50));
    Tokenizer words = WordTokenizer.of(Fixtures.TINY, new BiographySpec(20, true, false, 50));
    for (Person person : PEOPLE) {
      Passage passage = biographies.draft(RandomStream.of(person.id(), "draft")).of(person);
      int[] joined =
          passage.pieces().stream()
              .flatMapToInt(piece -> Arrays.stream(words.encode(piece.text())))
              .toArray();
      assertArrayEquals(words.encode(passage.text()), joined);
    }
  }

  private static List<String> texts(Passage passage, Passage.Role role) {
    return passage.pieces().stream()
        .filter(piece -> piece.role() == role)
        .map(Passage.Piece::text)
        .toList();
  }

  /** Attributes in the order of their sentences; by the templates, as two values may be equal. */
  private static List<Attribute> order(Person person, String text) {
    List<Attribute> order = new ArrayList<>();
    for (String sentence : sentences(text)) {
      for (Attribute attribute : Attribute.values()) {
        Set<String> possible =
            Template.first(attribute, Template.MOST).stream()
                .map(template -> Fixtures.sentence(template, person, attribute))
                .collect(Collectors.toSet());
        if (possible.contains(sentence)) {
          order.add(attribute);
        }
      }
    }
    return order;
  }

  private static List<String> sentences(String text) {
    return List.of(text.strip().split("(?<=[.]) "));
  }
}
