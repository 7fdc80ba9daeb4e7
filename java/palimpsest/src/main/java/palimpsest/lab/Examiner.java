package palimpsest.lab;

import java.util.List;
import java.util.OptionalInt;
import palimpsest.data.Question;
import palimpsest.report.Results;
import palimpsest.train.Scored;

/** Asks a model in the course of a phase; every answer is written down. */
final class Examiner {
  private final Session session;
  private final PhaseFolder folder;
  private final Integer training;
  private final Answers answers;

  /** Who answers questions. */
  @FunctionalInterface
  interface Answers {
    /**
     * @param task whose questions they are; empty if they belong to none
     */
    List<Scored> to(List<Question> questions, OptionalInt task);
  }

  /** Of the model as it is, where there is no later task. */
  Examiner(Session session, PhaseFolder folder) {
    this(session, folder, null, (questions, _) -> session.model().score(questions));
  }

  /**
   * @param training the later task being learned, whose steps are counted
   */
  Examiner(Session session, PhaseFolder folder, Integer training, Answers answers) {
    this.session = session;
    this.folder = folder;
    this.training = training;
    this.answers = answers;
  }

  /** The answers alone, for whoever decides what to ask next; to be handed to {@link #note}. */
  List<Scored> ask(List<Question> questions, OptionalInt task) {
    List<Scored> scored = answers.to(questions, task);
    session.watch.scored(questions.stream().mapToLong(Question::length).sum());
    return scored;
  }

  void note(int step, Task task, String split, List<Scored> scored) {
    folder.answered(training, step, set(task, split), scored);
  }

  Results.Score score(int step, Task task, String split) {
    return Scores.score(task, split, answers(step, task, split));
  }

  /** Asked when no step follows: where a stop is asked for, it is not begun. */
  Results.DetailedScore detailed(int step, Task task, String split) {
    session.stop.check();
    return Scores.detailed(task, split, answers(step, task, split));
  }

  /** Of all tasks, on the questions that reported numbers are taken on. */
  List<Results.DetailedScore> reported(int step) {
    return session.stream.tasks().stream()
        .map(task -> detailed(step, task, task.reportedSplit()))
        .toList();
  }

  /** Of the tasks that generalise, on the questions they were trained on. */
  List<Results.DetailedScore> trained(int step) {
    return session.stream.tasks().stream()
        .filter(task -> !task.reportedSplit().equals(Task.TRAIN))
        .map(task -> detailed(step, task, Task.TRAIN))
        .toList();
  }

  Results.Accuracy recall(int step) {
    List<Scored> scored = ask(session.stream.recall(), OptionalInt.empty());
    folder.answered(training, step, RECALL, scored);
    return Scores.accuracy(scored);
  }

  /** The name of the set of {@link TaskStream#recall}. */
  static final String RECALL = "bio_recall";

  /** The name of a task's set of questions: {@code task0/dev}. */
  static String set(Task task, String split) {
    return "task" + task.number() + "/" + split;
  }

  private List<Scored> answers(int step, Task task, String split) {
    List<Scored> scored = ask(task.split(split), OptionalInt.of(task.number()));
    note(step, task, split, scored);
    return scored;
  }
}
