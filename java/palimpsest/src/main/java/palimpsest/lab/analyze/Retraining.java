package palimpsest.lab.analyze;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import palimpsest.analysis.performance.Performance.Recovery;
import palimpsest.analysis.performance.Performance.RecoveryPoint;
import palimpsest.base.RandomStream;
import palimpsest.data.Question;
import palimpsest.data.QuestionBatches;
import palimpsest.lab.Checkpoint;
import palimpsest.lab.Config;
import palimpsest.lab.Savings;
import palimpsest.lab.Scores;
import palimpsest.lab.Task;
import palimpsest.lab.TrainableModel;
import palimpsest.model.FreezePlan;
import palimpsest.report.Results;

/**
 * Training on task 0 once more from many starting points: the run's own recovery recipe, with the
 * same questions in the same order from each. Where the run measured such a curve, it is taken
 * over.
 */
final class Retraining implements AutoCloseable {
  private final AnalysisContext context;
  private final Config.Recovery recipe;
  private final Task task;
  private final double before;
  private final List<Integer> budgets;
  private final List<Start> fromAll;
  private final List<Start> fromFew;
  private final TrainableModel model;
  private int stepsDone;

  /**
   * Where a retraining begins.
   *
   * @param step of task 1; {@code null} for the pretrained control
   */
  private record Start(Integer step) {
    Checkpoint checkpoint() {
      return step == null ? new Checkpoint.Pretrained() : new Checkpoint.Task1(step);
    }
  }

  /**
   * @param before exact match of task 0 before task 1
   * @param budgets numbers of questions to learn from, where the task has more
   */
  Retraining(AnalysisContext context, double before, List<Integer> budgets) {
    this.context = context;
    this.before = before;
    recipe = context.config().recovery();
    task = context.stream().tasks().getFirst();
    this.budgets = budgets.stream().filter(budget -> budget < task.train().size()).toList();
    fromAll = new ArrayList<>();
    context.checkpoints().task1Steps().forEach(step -> fromAll.add(new Start(step)));
    fromAll.add(new Start(null));
    int end = context.checkpoints().lastStep();
    fromFew = List.of(new Start(context.window().b()), new Start(end), new Start(null));
    model = context.trainable();
  }

  /** From every checkpoint along task 1 that was kept, and from the control, with all questions. */
  List<Recovery> withAll() {
    return fromAll.stream().map(start -> recovery(start, task.train())).toList();
  }

  /** From step b, the end and the control, with few questions. */
  List<Recovery> withFew() {
    int[] order = IntStream.range(0, task.train().size()).toArray();
    RandomStream.shuffle(order, RandomStream.of(context.seed(), "recovery", "budget"));
    List<Recovery> recoveries = new ArrayList<>();
    for (int budget : budgets) {
      List<Question> few =
          Arrays.stream(order).limit(budget).sorted().mapToObj(task.train()::get).toList();
      fromFew.forEach(start -> recoveries.add(recovery(start, few)));
    }
    return recoveries;
  }

  private Recovery recovery(Start start, List<Question> questions) {
    List<Results.RecoveryPoint> measured =
        questions.size() == task.train().size() ? measured(start) : null;
    List<Results.RecoveryPoint> points = measured == null ? retrain(start, questions) : measured;
    advance(measured == null ? 0 : recipe.points().getLast());
    return new Recovery(
        start.step(),
        questions.size(),
        Savings.stepsTo90(points, before),
        points.stream()
            .map(point -> new RecoveryPoint(point.step(), point.exactMatch(), point.firstToken()))
            .toList());
  }

  /** What the run saw from here, {@code null} where it did not look. */
  private List<Results.RecoveryPoint> measured(Start start) {
    Results.Recovery recovery = context.methodResults().recovery();
    if (recovery == null) {
      return null;
    }
    if (start.step() == null) {
      return recovery.control().curve();
    }
    for (Results.RecoveryCurve curve : Arrays.asList(recovery.early(), recovery.last())) {
      if (curve != null && start.step().equals(curve.fromStep())) {
        return curve.curve();
      }
    }
    return null;
  }

  private List<Results.RecoveryPoint> retrain(Start start, List<Question> questions) {
    model.load(context.checkpoints().folder(start.checkpoint()));
    model.begin(recipe.recipe(), FreezePlan.NONE);
    var order = new QuestionBatches(questions, context.seed(), "order", "recovery");
    int rows = Math.min(recipe.batch(), questions.size());
    List<Results.RecoveryPoint> points = new ArrayList<>();
    for (int step = 0; step <= recipe.points().getLast(); step++) {
      if (step > 0) {
        model.step(order.next(rows));
        advance(1);
      }
      if (recipe.points().contains(step)) {
        points.add(point(step));
      }
    }
    return points;
  }

  private Results.RecoveryPoint point(int step) {
    Results.Accuracy accuracy = Scores.accuracy(model.score(task.split(task.reportedSplit())));
    return new Results.RecoveryPoint(step, accuracy.exactMatch(), accuracy.firstToken());
  }

  private void advance(int steps) {
    stepsDone += steps;
    int runs = fromAll.size() + fromFew.size() * budgets.size();
    context.advanced(stepsDone / (double) (runs * recipe.points().getLast()));
  }

  @Override
  public void close() {
    model.close();
  }
}
