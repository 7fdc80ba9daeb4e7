package palimpsest.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import palimpsest.data.QuestionBatches;
import palimpsest.model.FreezePlan;
import palimpsest.report.Results;

/**
 * Training on task 0 once more, with all weights: the same questions in the same order from every
 * starting point, so that what differs is where it began.
 */
final class Recovery implements Phase.Training<Outcome.Recovered> {
  private final Session session;
  private final Phase.Label label;
  private final Supplier<Path> start;

  /**
   * @param start weights to begin from
   */
  Recovery(Session session, Phase.Label label, Supplier<Path> start) {
    this.session = session;
    this.label = label;
    this.start = start;
  }

  /** What it has found out so far. */
  private record Parts(List<Results.RecoveryPoint> curve) {}

  @Override
  public Outcome.Recovered run(PhaseFolder folder) {
    Config.Recovery config = session.config.recovery();
    Task task = session.stream.tasks().getFirst();
    session.model().load(start.get());
    session.model().begin(config.recipe(), FreezePlan.NONE);
    var order = new QuestionBatches(task.train(), session.seed, "order", "recovery");
    var examiner = new Examiner(session, folder);
    List<Results.RecoveryPoint> curve = new ArrayList<>();
    folder.parts(Parts.class).ifPresent(parts -> curve.addAll(parts.curve()));
    if (curve.isEmpty() && config.points().contains(0)) {
      curve.add(point(examiner, task, 0));
    }
    new TrainingLoop(session, label, folder)
        .run(
            config.points().getLast(),
            Steps.on(order.ofRows(config.batch())),
            () -> new Parts(curve),
            step -> {
              if (config.points().contains(step)) {
                curve.add(point(examiner, task, step));
              }
              return true;
            });
    return new Outcome.Recovered(curve);
  }

  private static Results.RecoveryPoint point(Examiner examiner, Task task, int step) {
    Results.Score score = examiner.score(step, task, task.reportedSplit());
    return new Results.RecoveryPoint(step, score.exactMatch(), score.firstToken());
  }
}
