package palimpsest.lab.analyze;

import java.util.List;
import palimpsest.analysis.performance.Performance;
import palimpsest.analysis.performance.Performance.Accuracy;
import palimpsest.analysis.performance.Performance.CurvePoint;
import palimpsest.analysis.performance.Performance.Score;
import palimpsest.lab.Checkpoint;
import palimpsest.lab.Task;
import palimpsest.report.Results;

/**
 * The performance perspective: the curves that the run measured, and retraining on task 0 from each
 * checkpoint along task 1, with all questions and with few.
 */
final class PerformanceAnalysis implements Analysis {
  /** Questions that retraining with few may learn from. */
  private static final List<Integer> BUDGETS = List.of(10, 100, 1000);

  @Override
  public String name() {
    return "performance";
  }

  @Override
  public String about() {
    return "accuracy and loss over task 1, and what retraining brings back from along it";
  }

  @Override
  public List<Checkpoint> needs(AnalysisContext context) {
    return List.of(
        new Checkpoint.Pretrained(),
        new Checkpoint.Task1(0),
        new Checkpoint.Task1(context.window().b()),
        new Checkpoint.Task1(context.checkpoints().lastStep()));
  }

  @Override
  public Performance run(AnalysisContext context) {
    Accuracy before = before(context);
    try (var retraining = new Retraining(context, before.exactMatch(), BUDGETS)) {
      return new Performance(
          curve(context),
          floors(context),
          before,
          context.stream().tasks().getFirst().train().size(),
          retraining.withAll(),
          retraining.withFew());
    }
  }

  private static List<CurvePoint> curve(AnalysisContext context) {
    return Windows.curve(context.methodResults()).stream()
        .map(
            point ->
                new CurvePoint(
                    point.step(),
                    score(Windows.score(point, 0)),
                    score(Windows.score(point, 1)),
                    accuracy(point.bioRecall())))
        .toList();
  }

  private static List<Accuracy> floors(AnalysisContext context) {
    return context.results().floor().stream()
        .filter(floor -> floor.task() <= 1)
        .map(floor -> new Accuracy(floor.exactMatch(), floor.firstToken()))
        .toList();
  }

  private static Accuracy before(AnalysisContext context) {
    Task task = context.stream().tasks().getFirst();
    return context.methodResults().before().stream()
        .filter(score -> score.task() == task.number())
        .filter(score -> score.split().equals(task.reportedSplit()))
        .map(score -> new Accuracy(score.exactMatch(), score.firstToken()))
        .findFirst()
        .orElseThrow();
  }

  private static Score score(Results.Score score) {
    return new Score(score.exactMatch(), score.firstToken(), score.loss());
  }

  private static Accuracy accuracy(Results.Accuracy accuracy) {
    return new Accuracy(accuracy.exactMatch(), accuracy.firstToken());
  }
}
