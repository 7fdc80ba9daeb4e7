package palimpsest.data;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What one scores without knowing anybody: always giving each attribute's most frequent answer of
 * the training questions (of equally frequent ones, the first).
 *
 * @param exactMatch share of questions with the most frequent whole answer
 * @param firstToken share of questions whose answer begins with the most frequent first token
 */
public record Floor(double exactMatch, double firstToken) {

  /** The mean over attributes, each with the same weight. */
  public static Floor of(List<Question> training, List<Question> asked) {
    Map<String, Floor> byAttribute = byAttribute(training, asked);
    return new Floor(mean(byAttribute, Floor::exactMatch), mean(byAttribute, Floor::firstToken));
  }

  /** One floor for each attribute that is asked about, in the order they come in. */
  public static Map<String, Floor> byAttribute(List<Question> training, List<Question> asked) {
    Map<String, List<Question>> seen = grouped(training);
    Map<String, Floor> floors = new LinkedHashMap<>();
    grouped(asked).forEach((key, some) -> floors.put(key, of(key, seen.get(key), some)));
    return floors;
  }

  private static Floor of(String attribute, List<Question> seen, List<Question> asked) {
    if (seen == null) {
      throw new IllegalArgumentException("no training question about " + attribute);
    }
    return new Floor(
        hits(seen, asked, Question::answer),
        hits(seen, asked, question -> question.answerIds()[0]));
  }

  private static <T> double hits(
      List<Question> seen, List<Question> asked, Function<Question, T> answer) {
    T guess =
        seen.stream()
            .collect(Collectors.groupingBy(answer, LinkedHashMap::new, Collectors.counting()))
            .entrySet()
            .stream()
            .min(Comparator.comparingLong(entry -> -entry.getValue())) // min keeps the first
            .orElseThrow()
            .getKey();
    return asked.stream().filter(question -> answer.apply(question).equals(guess)).count()
        / (double) asked.size();
  }

  private static Map<String, List<Question>> grouped(List<Question> questions) {
    return questions.stream()
        .collect(
            Collectors.groupingBy(Question::attribute, LinkedHashMap::new, Collectors.toList()));
  }

  private static double mean(Map<String, Floor> floors, ToDoubleFunction<Floor> score) {
    return floors.values().stream().mapToDouble(score).average().orElse(0);
  }
}
