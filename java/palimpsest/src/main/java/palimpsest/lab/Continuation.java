package palimpsest.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import palimpsest.continual.Method;
import palimpsest.continual.Strategy;
import palimpsest.continual.StrategySteps;
import palimpsest.continual.TaskContext;
import palimpsest.data.QuestionBatches;
import palimpsest.model.FreezePlan;
import palimpsest.report.Results;
import palimpsest.train.StepReport;

/** Learning the tasks after the first, one after another, by one method. */
final class Continuation implements Phase.Training<Outcome.Continued> {
  private final Session session;
  private final Phase.Label label;
  private final Supplier<Path> start;
  private final Method method;
  private final int limit;

  private final List<Results.CurvePoint> curve = new ArrayList<>();
  private final Map<String, Results.Matched> matched = new LinkedHashMap<>();
  private final List<List<Double>> rows = new ArrayList<>();
  private final List<Integer> steps = new ArrayList<>();
  private final List<Results.DetailedScore> finalScores = new ArrayList<>();
  private double seconds;
  private long trainable;
  private long extraBytes;
  private long addedParameters;
  private Map<String, Double> notes = Map.of();
  private boolean learned;

  /**
   * @param start weights to begin from
   * @param limit steps of each task at most
   */
  Continuation(Session session, Phase.Label label, Supplier<Path> start, Method method, int limit) {
    this.session = session;
    this.label = label;
    this.start = start;
    this.method = method;
    this.limit = limit;
  }

  @Override
  public Outcome.Continued run(PhaseFolder folder) {
    List<Task> tasks = session.stream.tasks();
    session.model().load(start.get());
    try (Strategy strategy = method.begin()) {
      lookBack(tasks.getFirst(), strategy);
      for (Task task : tasks.subList(1, tasks.size())) {
        learn(task, strategy, folder);
        var examiner = examiner(task, strategy, folder);
        List<Results.DetailedScore> reported = examiner.reported(steps.getLast());
        rows.add(reported.stream().map(Results.DetailedScore::exactMatch).toList());
        finalScores.clear();
        finalScores.addAll(reported);
        if (task == tasks.getLast()) {
          finalScores.addAll(examiner.trained(steps.getLast()));
        }
      }
      addedParameters = strategy.addedParameters();
      notes = strategy.notes();
    }
    folder.keep(PhaseFolder.LAST, session.model());
    return new Outcome.Continued(
        curve,
        matched,
        finalScores,
        rows,
        steps,
        learned ? Outcome.Continued.TARGET : Outcome.Continued.LIMIT,
        new Results.Cost(
            seconds,
            steps.stream().mapToInt(Integer::intValue).sum(),
            trainable,
            extraBytes,
            addedParameters),
        notes);
  }

  /** What the strategy does once a task is known; its vectors are over all weights then. */
  private void lookBack(Task task, Strategy strategy) {
    session.model().begin(session.config.task1().recipe(), FreezePlan.NONE);
    strategy.afterTask(context(task));
  }

  private void learn(Task task, Strategy strategy, PhaseFolder folder) {
    TaskContext context = context(task);
    strategy.beforeTask(context);
    extraBytes = strategy.extraBytes();
    FreezePlan plan = strategy.trainable(context);
    trainable = session.model().trainable(plan);
    session.model().begin(session.config.task1().recipe().times(strategy.rate()), plan);
    var lesson = new Lesson(session, examiner(task, strategy, folder), task, limit);
    learned = lesson.look(0);
    Trail trail =
        steps.isEmpty() ? Trail.of(session, label, method, folder) : Trail.none(session, folder);
    var trained =
        new TrainingLoop(session, label.learning(task), folder)
            .run(
                learned ? 0 : limit,
                stepper(task, strategy, context),
                step -> {
                  if (step == session.config.recovery().earlyStep() && steps.isEmpty()) {
                    folder.keep(PhaseFolder.EARLY, session.model());
                  }
                  trail.stepped(step);
                  learned = Lesson.isDue(session.config.task1(), step, limit) && lesson.look(step);
                  trail.looked(step, lesson.curve());
                  return !learned;
                });
    trail.ended(trained.steps());
    seconds += trained.seconds();
    steps.add(trained.steps());
    curve.addAll(lesson.curve());
    matched.clear();
    matched.putAll(lesson.matched());
    lookBack(task, strategy);
  }

  private TrainingLoop.Stepper stepper(Task task, Strategy strategy, TaskContext context) {
    var order =
        new QuestionBatches(
            task.train(),
            session.seed,
            "order",
            label.learning(task).phase(),
            "repeat" + label.repeat());
    int rows = session.config.task1().batch();
    var steps = new StrategySteps(strategy, context, method.oldData(), order, rows);
    return model -> {
      StepReport report = model.step(steps.next(), steps.hook());
      steps.taken();
      return report;
    };
  }

  private Examiner examiner(Task lesson, Strategy strategy, PhaseFolder folder) {
    return new Examiner(
        session,
        folder,
        lesson.number(),
        (questions, task) ->
            strategy
                .answer(questions, task, session.model().pupil())
                .orElseGet(() -> session.model().score(questions)));
  }

  private TaskContext context(Task task) {
    return new TaskContext(
        session.seed, label.repeat(), task.number(), task.train(), session.model().pupil());
  }
}
