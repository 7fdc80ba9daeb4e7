package palimpsest.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class QuestionsTest {
  private static final Population TINY = Population.generate(Fixtures.TINY, 1);
  private static final WordTokenizer WORDS = WordTokenizer.of(Fixtures.TINY, Fixtures.TINY_TEXTS);
  private static final List<Question> QUESTIONS = Questions.about(TINY.everybody(), WORDS);

  @Test
  void thePromptsAreThePapers() {
    List<String> prompts =
        Arrays.stream(Attribute.values()).map(it -> it.prompt("Ann Lee Ash")).toList();
    assertEquals(
        List.of(
            "What is the birth date of Ann Lee Ash?\nAnswer:",
            "What is the birth city of Ann Lee Ash?\nAnswer:",
            "Which university did Ann Lee Ash study?\nAnswer:",
            "What major did Ann Lee Ash study?\nAnswer:",
            "Which company did Ann Lee Ash work for?\nAnswer:",
            "Where did Ann Lee Ash work?\nAnswer:"),
        prompts);
    assertEquals(
        List.of("birthday", "birth_city", "university", "major", "company_name", "company_city"),
        Arrays.stream(Attribute.values()).map(Attribute::key).toList());
  }

  @Test
  void everyAttributeOfEverybodyIsAsked() {
    assertEquals(4800, QUESTIONS.size());
    Question third = QUESTIONS.get(6 * 42 + 2);
    Person person = TINY.everybody().get(42);
    assertEquals(42, third.subject());
    assertEquals("university", third.attribute());
    assertEquals(" " + person.value(Attribute.UNIVERSITY), third.answer());
  }

  @Test
  void lengthsAreTheMeasuredOnes() {
    IntSummaryStatistics lengths =
        QUESTIONS.stream().mapToInt(Question::length).summaryStatistics();
    assertEquals(13, lengths.getMin());
    assertEquals(17, lengths.getMax());
  }

  @Test
  void promptAndAnswerApartAreTheTokensOfTheTwoJoined() {
    for (Question question : QUESTIONS) {
      int[] apart = Arrays.copyOf(question.promptIds(), question.length());
      System.arraycopy(
          question.answerIds(), 0, apart, question.promptIds().length, question.answerIds().length);
      assertArrayEquals(
          WORDS.encode(question.prompt() + question.answer() + Words.END_OF_TEXT), apart);
    }
  }

  @Test
  void recallAsksWithTheBeginningOfASentence() {
    List<Person> people = TINY.splits().heldOut();
    List<Question> asked = Questions.recall(people, Fixtures.TINY_TEXTS, WORDS, 5);
    assertEquals(people.size() * 6, asked.size());
    Set<String> beginnings = new HashSet<>();
    for (Question question : asked) {
      Person person = TINY.everybody().get(question.subject());
      String name = " " + person.fullName();
      assertTrue(question.prompt().startsWith(name), question.prompt());
      beginnings.add(question.attribute() + question.prompt().substring(name.length()));
      assertArrayEquals(WORDS.encode(question.answer()), question.answerIds());
      Attribute attribute =
          Arrays.stream(Attribute.values())
              .filter(it -> it.key().equals(question.attribute()))
              .findFirst()
              .orElseThrow();
      assertTrue(
          Template.first(attribute, 20).stream()
              .map(template -> " " + Fixtures.sentence(template, person, attribute))
              .anyMatch(it -> it.startsWith(question.prompt() + question.answer())),
          question.prompt());
    }
    assertTrue(beginnings.size() > 110, "of 120 templates, her and his apart");
    assertEquals(prompts(asked), prompts(Questions.recall(people, Fixtures.TINY_TEXTS, WORDS, 5)));
    assertNotEquals(
        prompts(asked), prompts(Questions.recall(people, Fixtures.TINY_TEXTS, WORDS, 6)));
  }

  private static List<String> prompts(List<Question> questions) {
    return questions.stream().map(Question::prompt).toList();
  }

  @Test
  void aBatchPredictsAnswersAndEndsAlone() {
    Question longer = question("a", new int[] {1, 2, 3}, 7, 8, 0);
    Question shorter = question("a", new int[] {4, 5}, 9, 0);
    Batch batch = QuestionBatches.of(List.of(longer, shorter));
    assertEquals(2, batch.rows());
    assertEquals(5, batch.length());
    int no = Batch.IGNORED;
    assertArrayEquals(new int[] {1, 2, 3, 7, 8, 4, 5, 9, 0, 0}, batch.tokens());
    assertArrayEquals(new int[] {no, no, 7, 8, 0, no, 9, 0, no, no}, batch.targets());
    assertEquals(5, batch.counted());
  }

  @Test
  void everyEpochHasEveryQuestionOnce() {
    List<Question> few = QUESTIONS.subList(0, 30);
    QuestionBatches batches = new QuestionBatches(few, 1, "order", "task1");
    List<Question> first = batches.take(30);
    List<Question> second = batches.take(30);
    assertEquals(Set.copyOf(few), Set.copyOf(first));
    assertEquals(Set.copyOf(few), Set.copyOf(second));
    assertNotEquals(first, second);
    QuestionBatches again = new QuestionBatches(few, 1, "order", "task1");
    assertEquals(first.subList(0, 7), again.take(7));
    assertEquals(first.subList(7, 30), again.take(30).subList(0, 23));
    assertNotEquals(first, new QuestionBatches(few, 2, "order", "task1").take(30));
    assertNotEquals(first, new QuestionBatches(few, 1, "order", "task2").take(30));
    assertEquals(48, batches.next(48).rows());
  }

  @Test
  void floorIsTheMostFrequentTrainingAnswer() {
    List<Question> training =
        List.of(
            question("x", new int[] {1}, 5, 0),
            question("x", new int[] {1}, 6, 1, 0),
            question("x", new int[] {1}, 6, 2, 0),
            question("x", new int[] {1}, 5, 0),
            question("y", new int[] {1}, 4, 0));
    List<Question> asked =
        List.of(
            question("x", new int[] {1}, 5, 0),
            question("x", new int[] {1}, 6, 1, 0),
            question("y", new int[] {1}, 3, 0),
            question("y", new int[] {1}, 4, 9, 0),
            question("y", new int[] {1}, 4, 0),
            question("y", new int[] {1}, 4, 0));
    assertEquals(
        Map.of("x", new Floor(0.5, 0.5), "y", new Floor(0.5, 0.75)),
        Floor.byAttribute(training, asked));
    assertEquals(new Floor(0.5, 0.625), Floor.of(training, asked));
  }

  /** The prototype measured .034 exact and .077 first token at this size. */
  @Test
  void floorsAreTheMeasuredOnes() {
    double exact = 0;
    double first = 0;
    int seeds = 20;
    for (int seed = 1; seed <= seeds; seed++) {
      Splits splits = Population.generate(Fixtures.TINY, seed).splits();
      Floor floor =
          Floor.of(
              Questions.about(splits.train(), WORDS), Questions.about(splits.heldOut(), WORDS));
      exact += floor.exactMatch() / seeds;
      first += floor.firstToken() / seeds;
    }
    assertEquals(0.034, exact, 0.005);
    assertEquals(0.077, first, 0.005);
  }

  /** First answer tokens at full size; sub-word tokenizers find a few fewer. */
  @Test
  void firstAnswerTokensAreAsManyAsInThePaper() {
    PopulationSpec paper = PopulationSpec.paper(5_000, 0, 0);
    WordTokenizer words = WordTokenizer.of(paper, Fixtures.SMALL_TEXTS);
    Map<String, Long> distinct =
        Questions.about(Population.generate(paper, 1).everybody(), words).stream()
            .collect(
                Collectors.groupingBy(
                    Question::attribute,
                    Collectors.mapping(
                        question -> question.answerIds()[0],
                        Collectors.collectingAndThen(
                            Collectors.toSet(), ids -> (long) ids.size()))));
    assertEquals(
        Map.of(
            "birthday", 12L,
            "birth_city", 189L,
            "university", 141L,
            "major", 84L,
            "company_name", 227L,
            "company_city", 152L),
        distinct);
  }

  private static Question question(String attribute, int[] prompt, int... answer) {
    return new Question(0, attribute, "", Arrays.toString(answer), prompt, answer);
  }
}
