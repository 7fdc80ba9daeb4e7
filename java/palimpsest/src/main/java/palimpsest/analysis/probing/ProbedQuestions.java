package palimpsest.analysis.probing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import palimpsest.data.Question;

/**
 * Questions whose first answer token is to be read off the hidden state at the prompt's end, from
 * which the model itself has to predict it.
 *
 * @param questions those to learn from, then those to be judged by
 * @param trained how many of them are to learn from
 * @param attributes what is probed for, each with its own questions
 */
public record ProbedQuestions(List<Question> questions, int trained, List<Labelled> attributes) {
  public ProbedQuestions {
    questions = List.copyOf(questions);
    attributes = List.copyOf(attributes);
  }

  /** About different people. */
  public static ProbedQuestions of(List<Question> train, List<Question> test) {
    List<Question> all = new ArrayList<>(train);
    all.addAll(test);
    int[] labels = all.stream().mapToInt(question -> question.answerIds()[0]).toArray();
    Map<String, List<Integer>> trainPlaces = new LinkedHashMap<>();
    Map<String, List<Integer>> testPlaces = new LinkedHashMap<>();
    for (int i = 0; i < all.size(); i++) {
      var places = i < train.size() ? trainPlaces : testPlaces;
      places.computeIfAbsent(all.get(i).attribute(), _ -> new ArrayList<>()).add(i);
    }
    List<Labelled> attributes = new ArrayList<>();
    testPlaces.forEach(
        (attribute, places) ->
            attributes.add(
                Labelled.of(
                    ints(trainPlaces.getOrDefault(attribute, List.of())), ints(places), labels)));
    return new ProbedQuestions(all, train.size(), attributes);
  }

  /** Those to be judged by. */
  public List<Question> tests() {
    return questions.subList(trained, questions.size());
  }

  /** The share of test questions right for who always gives each attribute's most frequent. */
  public double floor() {
    double right = 0;
    for (Labelled labels : attributes) {
      right += labels.floor() * labels.test().length;
    }
    return right / (questions.size() - trained);
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
