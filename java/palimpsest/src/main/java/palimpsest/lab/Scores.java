package palimpsest.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import palimpsest.data.Floor;
import palimpsest.data.Question;
import palimpsest.report.Results;
import palimpsest.train.Scored;

/** Answers to accuracies. All take at least one question. */
public final class Scores {
  private Scores() {}

  /** The shares of whole answers and of first tokens that are right. */
  public static Results.Accuracy accuracy(List<Scored> scored) {
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
        byAttribute(scored));
  }

  /** What always giving each attribute's most frequent answer scores on a task. */
  static Results.Floor floor(Task task) {
    List<Question> asked = task.split(task.reportedSplit());
    Floor all = Floor.of(task.train(), asked);
    Map<String, Results.Accuracy> attributes = new LinkedHashMap<>();
    Floor.byAttribute(task.train(), asked)
        .forEach(
            (name, floor) ->
                attributes.put(name, new Results.Accuracy(floor.exactMatch(), floor.firstToken())));
    return new Results.Floor(task.number(), all.exactMatch(), all.firstToken(), attributes);
  }

  private static Map<String, Results.Accuracy> byAttribute(List<Scored> scored) {
    Map<String, List<Scored>> groups = new LinkedHashMap<>();
    for (Scored answer : scored) {
      groups.computeIfAbsent(answer.question().attribute(), _ -> new ArrayList<>()).add(answer);
    }
    Map<String, Results.Accuracy> accuracies = new LinkedHashMap<>();
    groups.forEach((name, group) -> accuracies.put(name, accuracy(group)));
    return accuracies;
  }

  private static double meanLoss(List<Scored> scored) {
    return scored.stream().mapToDouble(Scored::loss).average().orElseThrow();
  }

  private static double share(long part, int whole) {
    return part / (double) whole;
  }
}
