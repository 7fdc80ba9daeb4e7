package palimpsest.lab.analyze;

import java.util.ArrayList;
import java.util.List;
import palimpsest.analysis.landscape.Losses;
import palimpsest.analysis.landscape.TaskLosses;
import palimpsest.data.Question;
import palimpsest.lab.Task;
import palimpsest.train.Scored;
import palimpsest.train.SideBySide;

/** Questions of both tasks, and the losses that weights have on them. */
final class TaskQuestions implements Losses, AutoCloseable {
  private final int first;
  private final int second;
  private final SideBySide models;

  /**
   * @param atMost so many questions of each task, the first of its reported ones
   */
  TaskQuestions(AnalysisContext context, int atMost) {
    List<Task> tasks = context.stream().tasks();
    List<Question> old = some(tasks.get(0), atMost);
    List<Question> fresh = some(tasks.get(1), atMost);
    first = old.size();
    second = fresh.size();
    var both = new ArrayList<Question>(old);
    both.addAll(fresh);
    models = new SideBySide(context.device(), context.layout().config(), both);
  }

  private static List<Question> some(Task task, int atMost) {
    List<Question> all = task.split(task.reportedSplit());
    return all.subList(0, Math.min(atMost, all.size()));
  }

  /** How many of each task. */
  List<Integer> counts() {
    return List.of(first, second);
  }

  @Override
  public int atOnce() {
    return models.models();
  }

  @Override
  public List<TaskLosses> at(List<float[]> weights) {
    return models.score(weights).stream()
        .map(
            scored ->
                new TaskLosses(
                    mean(scored.subList(0, first)), mean(scored.subList(first, scored.size()))))
        .toList();
  }

  private static double mean(List<Scored> scored) {
    return scored.stream().mapToDouble(Scored::loss).average().orElseThrow();
  }

  @Override
  public void close() {
    models.close();
  }
}
