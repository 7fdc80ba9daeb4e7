package palimpsest.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import palimpsest.continual.Method;
import palimpsest.continual.Row;
import palimpsest.continual.StepRows;
import palimpsest.continual.Strategy;
import palimpsest.continual.TaskContext;
import palimpsest.data.Question;
import palimpsest.data.QuestionBatches;
import palimpsest.model.FreezePlan;
import palimpsest.report.Results;
import palimpsest.train.GradientHook;
import palimpsest.train.StepReport;
import palimpsest.train.Term;

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
        var examiner = new Examiner(session, folder, task.number());
        List<Results.DetailedScore> reported = examiner.reported(steps.getLast());
        rows.add(reported.stream().map(Results.DetailedScore::exactMatch).toList());
        finalScores.clear();
        finalScores.addAll(reported);
        if (task == tasks.getLast()) {
          finalScores.addAll(examiner.trained(steps.getLast()));
        }
      }
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
            seconds, steps.stream().mapToInt(Integer::intValue).sum(), trainable, extraBytes));
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
    session.model().begin(session.config.task1().recipe(), plan);
    var lesson = new Lesson(session, folder, task, limit);
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
    seconds += trained.seconds();
    steps.add(trained.steps());
    curve.addAll(lesson.curve());
    matched.clear();
    matched.putAll(lesson.matched());
    lookBack(task, strategy);
  }

  private TrainingLoop.Stepper stepper(Task task, Strategy strategy, TaskContext context) {
    Supplier<StepRows> batches = batches(task, strategy, context);
    GradientHook hook = strategy.gradientHook(context).orElse(null);
    return model -> {
      StepRows rows = batches.get();
      List<Term> terms = new ArrayList<>(List.of(Term.task(rows.batch())));
      terms.addAll(strategy.terms(rows, context));
      StepReport report = model.step(terms, hook);
      strategy.afterStep(context);
      return report;
    };
  }

  private Supplier<StepRows> batches(Task task, Strategy strategy, TaskContext context) {
    int size = session.config.task1().batch();
    var order =
        new QuestionBatches(
            task.train(),
            session.seed,
            "order",
            label.learning(task).phase(),
            "repeat" + label.repeat());
    return () -> {
      List<Row> added = strategy.compose(size, context);
      List<Question> own = order.take(size - added.size());
      var questions = new ArrayList<Question>(own);
      for (Row row : added) {
        if (row.task() >= task.number()) {
          throw new IllegalStateException(
              "%s adds rows of task %d to task %d".formatted(method, row.task(), task.number()));
        }
        questions.add(row.question());
      }
      return new StepRows(QuestionBatches.of(questions), own, added);
    };
  }

  private TaskContext context(Task task) {
    return new TaskContext(
        session.seed, label.repeat(), task.number(), task.train(), session.model().pupil());
  }
}
