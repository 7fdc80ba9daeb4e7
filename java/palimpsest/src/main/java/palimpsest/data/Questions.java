package palimpsest.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import palimpsest.base.RandomStream;

/** Questions about people. */
public final class Questions {
  private Questions() {}

  /** Every attribute of everybody, person by person. */
  public static List<Question> about(List<Person> people, Tokenizer tokenizer) {
    List<Question> questions = new ArrayList<>(people.size() * Attribute.values().length);
    for (Person person : people) {
      for (Attribute attribute : Attribute.values()) {
        String prompt = attribute.prompt(person.fullName());
        String answer = attribute.answer(person.value(attribute));
        int[] ids = withEnd(tokenizer.encode(answer), tokenizer.endOfText());
        questions.add(question(person, attribute, prompt, answer, ids, tokenizer));
      }
    }
    return questions;
  }

  /**
   * What the weights know of people when it is not asked as a question: a sentence of a biography,
   * with a template drawn for each person and attribute, up to the value. The answer is the value
   * alone, with <em>no end token</em>, since a sentence goes on after it.
   */
  public static List<Question> recall(
      List<Person> people, BiographySpec spec, Tokenizer tokenizer, long seed) {
    RandomGenerator random = RandomStream.of(seed, "biography", "recall");
    List<Question> questions = new ArrayList<>(people.size() * Attribute.values().length);
    for (Person person : people) {
      for (Attribute attribute : Attribute.values()) {
        String prompt = " " + Template.draw(attribute, spec.templates(), random).prefix(person);
        String answer = attribute.answer(person.value(attribute));
        int[] ids = tokenizer.encode(answer);
        questions.add(question(person, attribute, prompt, answer, ids, tokenizer));
      }
    }
    return questions;
  }

  private static Question question(
      Person person,
      Attribute attribute,
      String prompt,
      String answer,
      int[] answerIds,
      Tokenizer tokenizer) {
    return new Question(
        person.id(), attribute.key(), prompt, answer, tokenizer.encode(prompt), answerIds);
  }

  private static int[] withEnd(int[] ids, int endOfText) {
    int[] ended = Arrays.copyOf(ids, ids.length + 1);
    ended[ids.length] = endOfText;
    return ended;
  }
}
