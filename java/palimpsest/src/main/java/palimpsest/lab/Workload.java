package palimpsest.lab;

import java.util.List;
import palimpsest.data.Question;

/** How much work each phase is expected to be, from the configuration and one seed's questions. */
final class Workload {
  private final Config config;
  private final List<Task> tasks;
  private final double recall;
  private final double reported;
  private final double length;

  Workload(Config config, TaskStream stream) {
    this.config = config;
    this.tasks = stream.tasks();
    this.recall = positions(stream.recall());
    this.reported =
        tasks.stream().mapToDouble(task -> positions(task.split(task.reportedSplit()))).sum();
    this.length = positions(tasks.getFirst().train()) / tasks.getFirst().train().size();
  }

  Phase.Effort pretraining() {
    Config.Pretrain pretrain = config.pretrain();
    double trained = (double) pretrain.steps() * pretrain.batch() * pretrain.length();
    return new Phase.Effort(pretrain.steps(), trained + Forecast.SCORING * (recall + reported));
  }

  Phase.Effort alignment() {
    Config.Task0 task0 = config.task0();
    return new Phase.Effort(
        task0.steps(), task0.steps() * task0.batch() * length + Forecast.SCORING * reported);
  }

  /** As long as {@code seq} may take; some methods take longer, and most end sooner. */
  Phase.Effort continuation(int limit) {
    Config.Task1 task1 = config.task1();
    int steps = (tasks.size() - 1) * task1.maxSteps();
    int looks = 0;
    for (int step = 0; step <= task1.maxSteps(); step++) {
      looks += Lesson.isDue(task1, step, task1.maxSteps()) ? 1 : 0;
    }
    double look = recall;
    for (Task task : tasks) {
      look += positions(task.firstSubjects(task.watchedSplit(), config.evaluation().newPeople()));
    }
    return new Phase.Effort(
        (tasks.size() - 1) * limit,
        steps * task1.batch() * length
            + Forecast.SCORING * ((tasks.size() - 1) * looks * look + reported));
  }

  Phase.Effort recovery() {
    Config.Recovery recovery = config.recovery();
    Task first = tasks.getFirst();
    int steps = recovery.points().getLast();
    return new Phase.Effort(
        steps,
        steps * recovery.batch() * length
            + Forecast.SCORING
                * recovery.points().size()
                * positions(first.split(first.reportedSplit())));
  }

  private static double positions(List<Question> questions) {
    return questions.stream().mapToDouble(Question::length).sum();
  }
}
