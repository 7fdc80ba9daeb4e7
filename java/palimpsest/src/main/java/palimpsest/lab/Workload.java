package palimpsest.lab;

import java.util.List;
import palimpsest.data.Question;
import palimpsest.model.Flops;
import palimpsest.model.ModelConfig;

/**
 * How much work each phase is expected to be, in FLOPs, from the configuration and one seed's
 * questions.
 */
final class Workload {
  private final Config config;
  private final List<Task> tasks;
  private final double recall;
  private final double reported;
  private final double length;
  private final double chunk;
  private final double question;

  Workload(Config config, TaskStream stream) {
    this.config = config;
    this.tasks = stream.tasks();
    this.recall = positions(stream.recall());
    this.reported =
        tasks.stream().mapToDouble(task -> positions(task.split(task.reportedSplit()))).sum();
    List<Question> taught = tasks.getFirst().train();
    this.length = positions(taught) / taught.size();
    double answers = taught.stream().mapToDouble(asked -> asked.answerIds().length).sum();
    ModelConfig shape = config.model().shape(stream.tokenizer().vocabulary());
    this.chunk = Flops.training(shape, config.pretrain().length(), 1);
    this.question = Flops.training(shape, length, answers / positions(taught));
  }

  Phase.Effort pretraining() {
    Config.Pretrain pretrain = config.pretrain();
    double trained = (double) pretrain.steps() * pretrain.batch() * pretrain.length();
    double asked = Forecast.SCORING * (recall + reported);
    return new Phase.Effort(pretrain.steps(), trained * chunk + asked * question, chunk);
  }

  Phase.Effort alignment() {
    Config.Task0 task0 = config.task0();
    return answering(
        task0.steps(), task0.steps() * task0.batch() * length + Forecast.SCORING * reported);
  }

  /** As long as {@code seq} may take; some methods take longer, and most end sooner. */
  Phase.Effort continuation(int limit) {
    Config.Task1 task1 = config.task1();
    int steps = (tasks.size() - 1) * task1.maxSteps();
    double check = asked(tasks.getLast());
    double point = recall;
    for (Task known : tasks.subList(0, tasks.size() - 1)) {
      point += asked(known);
    }
    double asked = 0;
    for (int step = 0; step <= task1.maxSteps(); step++) {
      asked += Lesson.isDue(task1, step, task1.maxSteps()) ? check : 0;
      asked += Lesson.isPoint(task1, step, task1.maxSteps()) ? point : 0;
    }
    return answering(
        (tasks.size() - 1) * limit,
        steps * task1.batch() * length
            + Forecast.SCORING * ((tasks.size() - 1) * asked + reported));
  }

  Phase.Effort recovery() {
    Config.Recovery recovery = config.recovery();
    Task first = tasks.getFirst();
    int steps = recovery.points().getLast();
    return answering(
        steps,
        steps * recovery.batch() * length
            + Forecast.SCORING
                * recovery.points().size()
                * positions(first.split(first.reportedSplit())));
  }

  private Phase.Effort answering(int steps, double positions) {
    return new Phase.Effort(steps, positions * question, question);
  }

  /** Positions of the questions that a task is watched by. */
  private double asked(Task task) {
    return positions(task.firstSubjects(task.watchedSplit(), config.evaluation().newPeople()));
  }

  private static double positions(List<Question> questions) {
    return questions.stream().mapToDouble(Question::length).sum();
  }
}
