package palimpsest.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Supplier;
import palimpsest.continual.Alternative;
import palimpsest.continual.Course;
import palimpsest.continual.Method;
import palimpsest.continual.Strategy;
import palimpsest.continual.StrategyState;
import palimpsest.continual.StrategySteps;
import palimpsest.continual.TaskContext;
import palimpsest.data.Question;
import palimpsest.data.QuestionBatches;
import palimpsest.model.FreezePlan;
import palimpsest.report.Results;

/** Learning the tasks after the first by one method: one after another, or as its course says. */
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
  private final List<Results.TradeOff> tradeOff = new ArrayList<>();
  private double seconds;
  private int held;
  private long trainable;
  private long extraBytes;
  private List<String> frozen = List.of();
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

  /**
   * What it has found out so far, at a checkpoint in the course of a task.
   *
   * @param rows of the tasks before, as all that follows
   * @param lesson what the looks at this task have seen
   * @param learned whether this task is known as well as it should be
   * @param held see {@link Trail}
   */
  private record Parts(
      List<Results.CurvePoint> curve,
      List<List<Double>> rows,
      List<Integer> steps,
      List<Results.TradeOff> tradeOff,
      double seconds,
      Lesson.State lesson,
      boolean learned,
      int held) {}

  @Override
  public Outcome.Continued run(PhaseFolder folder) {
    List<Task> tasks = session.stream.tasks();
    Optional<Parts> left = folder.parts(Parts.class);
    left.ifPresent(this::takeUp);
    session.model().load(startOf(steps.size(), folder));
    try (Strategy strategy = method.begin()) {
      if (left.isPresent()) {
        strategy.load(folder.place().within(Steps.STATE));
      } else {
        switch (method.course()) {
          case LATER_TASKS -> lookBack(tasks.getFirst(), strategy);
          case ALL_TASKS -> strategy.load(StrategyState.load(start.get()));
          case JOINT, SINGLE -> {}
        }
      }
      List<Task> taught = taught(tasks);
      for (Task task : taught.subList(steps.size(), taught.size())) {
        if (method.course() == Course.SINGLE) {
          session.model().load(start.get());
        }
        learn(task, strategy, folder);
        var examiner = examiner(task, strategy, folder);
        List<Results.DetailedScore> reported = examiner.reported(steps.getLast());
        rows.add(reported.stream().map(Results.DetailedScore::exactMatch).toList());
        finalScores.clear();
        finalScores.addAll(reported);
        if (task.number() == tasks.getLast().number()) {
          finalScores.addAll(examiner.trained(steps.getLast()));
        }
      }
      addedParameters = strategy.addedParameters();
      notes = new TreeMap<>(strategy.notes()); // in an order that is every process's
      folder.keep(
          PhaseFolder.LAST,
          session.model(),
          place -> {
            if (!strategy.state().isEmpty()) {
              strategy.state().save(place); // for who goes on with more tasks
            }
          });
    }
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
            addedParameters,
            frozen),
        notes,
        tradeOff);
  }

  private void takeUp(Parts parts) {
    curve.addAll(parts.curve());
    rows.addAll(parts.rows());
    steps.addAll(parts.steps());
    tradeOff.addAll(parts.tradeOff());
    seconds = parts.seconds();
    learned = parts.learned();
    held = parts.held();
  }

  private Parts parts(Lesson lesson, Trail trail) {
    return new Parts(curve, rows, steps, tradeOff, seconds, lesson.state(), learned, trail.held());
  }

  /** The weights with which a task begins: where the task before ended, or those of all tasks. */
  private Path startOf(int task, PhaseFolder folder) {
    return task == 0 || method.course() == Course.SINGLE ? start.get() : folder.kept(before(task));
  }

  private static String before(int task) {
    return "before-" + task;
  }

  /** The tasks after the first; or all of them as the last one, which is then the one watched. */
  private List<Task> taught(List<Task> tasks) {
    return method.course() == Course.JOINT
        ? List.of(tasks.getLast())
        : tasks.subList(1, tasks.size());
  }

  /** What a task is learned from. */
  private List<Question> questions(Task task) {
    return method.course() == Course.JOINT
        ? session.stream.tasks().stream().flatMap(each -> each.train().stream()).toList()
        : task.train();
  }

  /** What the strategy does once a task is known; its vectors are over all weights then. */
  private void lookBack(Task task, Strategy strategy) {
    session.model().begin(session.config.task1().recipe(), FreezePlan.NONE);
    strategy.afterTask(session.context(task, label.repeat()));
  }

  private void learn(Task task, Strategy strategy, PhaseFolder folder) {
    int number = steps.size();
    Optional<Parts> left = folder.parts(Parts.class).filter(at -> at.steps().size() == number);
    if (number > 0 && left.isEmpty() && method.course() != Course.SINGLE) {
      folder.keep(before(number), session.model());
    }
    TaskContext context = session.context(task, label.repeat());
    session.model().begin(session.config.task1().recipe(), FreezePlan.NONE);
    strategy.beforeTask(context);
    extraBytes = strategy.extraBytes();
    FreezePlan plan = strategy.trainable(context);
    trainable = session.model().trainable(plan);
    frozen = plan.components();
    session.model().begin(session.config.task1().recipe().times(strategy.rate()), plan);
    double target = strategy.target().orElse(session.config.task1().target());
    var lesson = new Lesson(session, examiner(task, strategy, folder), task, limit, target);
    Trail trail =
        steps.isEmpty() ? Trail.of(session, label, method, folder) : Trail.none(session, folder);
    left.ifPresentOrElse(
        at -> {
          lesson.goOn(at.lesson());
          trail.goOn(held);
        },
        () -> learned = lesson.look(0));
    var trained = train(task, Steps.by(steps(task, strategy, context)), lesson, trail, folder);
    trail.ended(trained.steps());
    seconds += trained.seconds();
    steps.add(trained.steps());
    curve.addAll(lesson.curve());
    matched.clear();
    matched.putAll(lesson.matched());
    compare(task, strategy, new Examiner(session, folder));
    lookBack(task, strategy);
    if (number > 0) {
      folder.drop(before(number));
    }
  }

  private TrainingLoop.Trained train(
      Task task, Steps source, Lesson lesson, Trail trail, PhaseFolder folder) {
    return new TrainingLoop(session, label.learning(task), folder)
        .run(
            learned ? 0 : limit,
            source,
            () -> parts(lesson, trail),
            step -> {
              if (step == session.config.recovery().earlyStep() && steps.isEmpty()) {
                folder.keep(PhaseFolder.EARLY, session.model());
              }
              trail.stepped(step);
              learned = Lesson.isDue(session.config.task1(), step, limit) && lesson.look(step);
              trail.looked(step, lesson.curve());
              return !learned;
            });
  }

  /** Looks at what the task might have been left with, and leaves it as it is. */
  private void compare(Task task, Strategy strategy, Examiner examiner) {
    List<Task> known = session.stream.tasks().subList(0, task.number() + 1);
    TaskContext context = session.context(task, label.repeat());
    List<Alternative> alternatives = strategy.alternatives(context);
    if (alternatives.isEmpty()) {
      return;
    }
    float[] end = context.pupil().copy();
    for (Alternative alternative : alternatives) {
      session.stop.check();
      context.pupil().restore(alternative.weights().get());
      List<Results.Score> scores =
          known.stream()
              .map(one -> examined(examiner, one, one.number() == task.number()))
              .toList();
      tradeOff.add(
          new Results.TradeOff(task.number(), alternative.step(), alternative.alpha(), scores));
    }
    context.pupil().restore(end);
  }

  private Results.Score examined(Examiner examiner, Task task, boolean some) {
    String split = task.watchedSplit();
    List<Question> questions =
        some
            ? task.firstSubjects(split, session.config.evaluation().newPeople())
            : task.split(split);
    return Scores.score(task, split, examiner.ask(questions, OptionalInt.of(task.number())));
  }

  private StrategySteps steps(Task task, Strategy strategy, TaskContext context) {
    var order =
        new QuestionBatches(
            questions(task),
            session.seed,
            "order",
            label.learning(task).phase(),
            "repeat" + label.repeat());
    int batch = session.config.task1().batch();
    return new StrategySteps(strategy, context, method.oldData(), order, batch);
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
}
