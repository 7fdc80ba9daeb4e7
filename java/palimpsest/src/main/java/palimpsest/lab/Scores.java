package palimpsest.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import palimpsest.data.Question;
import palimpsest.report.Results;
import palimpsest.train.Scored;

/** Answers to accuracies. All take at least one question. */
final class Scores {
  private Scores() {}

  static Results.Accuracy accuracy(List<Scored> scored) {
    return new Results.Accuracy(
        share(scored.stream().filter(Scored::exactMatch).count(), scored.size()),
        share(scored.stream().filter(Scored::firstToken).count(), scored.size()));
  }

  static Results.Score score(Task task, String split, List<Scored> scored) {
    Results.Accuracy all = accuracy(scored);
    return new Results.Score(
        task.number(), split, all.exactMatch(), all.firstToken(), meanLoss(scored));
  }

  static Results.DetailedScore detailed(Task task, String split, List<Scored> scored) {
    Results.Accuracy all = accuracy(scored);
    return new Results.DetailedScore(
        task.number(),
        split,
        all.exactMatch(),
        all.firstToken(),
        meanLoss(scored),
        byAttribute(scored, answer -> answer.question().attribute(), Scores::accuracy));
  }

  /** What always giving each attribute's most frequent answer among these questions scores. */
  static Results.Floor floor(Task task) {
    Map<String, Results.Accuracy> attributes =
        byAttribute(task.reported(), Question::attribute, Scores::mostFrequent);
    double exact = 0;
    double first = 0;
    for (Question question : task.reported()) {
      exact += attributes.get(question.attribute()).exactMatch();
      first += attributes.get(question.attribute()).firstToken();
    }
    int count = task.reported().size();
    return new Results.Floor(task.number(), exact / count, first / count, attributes);
  }

  private static Results.Accuracy mostFrequent(List<Question> questions) {
    return new Results.Accuracy(
        highestShare(questions, question -> Arrays.toString(question.answerIds())),
        highestShare(questions, question -> question.answerIds()[0]));
  }

  private static double highestShare(List<Question> questions, Function<Question, Object> answer) {
    Map<Object, Integer> counts = new HashMap<>();
    int highest = 0;
    for (Question question : questions) {
      highest = Math.max(highest, counts.merge(answer.apply(question), 1, Integer::sum));
    }
    return share(highest, questions.size());
  }

  private static <T> Map<String, Results.Accuracy> byAttribute(
      List<T> items, Function<T, String> attribute, Function<List<T>, Results.Accuracy> accuracy) {
    Map<String, List<T>> groups = new LinkedHashMap<>();
    for (T item : items) {
      groups.computeIfAbsent(attribute.apply(item), _ -> new ArrayList<>()).add(item);
    }
    Map<String, Results.Accuracy> accuracies = new LinkedHashMap<>();
    groups.forEach((name, group) -> accuracies.put(name, accuracy.apply(group)));
    return accuracies;
  }

  private static double meanLoss(List<Scored> scored) {
    return scored.stream().mapToDouble(Scored::loss).average().orElseThrow();
  }

  private static double share(long part, int whole) {
    return part / (double) whole;
  }
}
