package palimpsest.lab;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import palimpsest.report.MethodMetrics;
import palimpsest.report.Results;

/** What a seed's methods are held against: each task alone, and all at once. */
final class References {
  private static final String SINGLE = "single";
  private static final String JOINT = "joint";

  private References() {}

  /** The methods with the scores of the references in their matrices, as far as those were run. */
  static Map<String, Results.Method> fillIn(List<Task> tasks, Map<String, Results.Method> methods) {
    List<Double> single = diagonal(methods.get(SINGLE));
    List<Double> joint = lastRow(methods.get(JOINT));
    Map<String, Results.Method> filled = new LinkedHashMap<>();
    methods.forEach(
        (name, method) -> {
          Results.Matrix had = method.matrix();
          var matrix = new Results.Matrix(had.metric(), had.r(), had.baseline(), single, joint);
          filled.put(name, method.with(matrix, metrics(tasks, matrix, method.curve())));
        });
    return filled;
  }

  static Map<String, Double> metrics(
      List<Task> tasks, Results.Matrix matrix, List<Results.CurvePoint> curve) {
    return MethodMetrics.of(tasks.stream().map(Task::described).toList(), matrix, curve);
  }

  /** One cell of a row, the others unmeasured: of models that are no sequence of one another. */
  static List<Double> only(int task, List<Double> row) {
    var one = new ArrayList<Double>(Collections.nCopies(row.size(), null));
    one.set(task, row.get(task));
    return one;
  }

  private static List<Double> diagonal(Results.Method single) {
    if (single == null) {
      return null;
    }
    var scores = new ArrayList<Double>();
    for (List<Double> row : single.matrix().r()) {
      scores.add(row.get(scores.size()));
    }
    return scores;
  }

  private static List<Double> lastRow(Results.Method joint) {
    return joint == null ? null : joint.matrix().r().getLast();
  }
}
