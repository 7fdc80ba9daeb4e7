package palimpsest.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.function.Supplier;
import palimpsest.data.QuestionBatches;
import palimpsest.model.FreezePlan;
import palimpsest.report.Results;

/** Learning the first task: how questions about known facts are answered. */
final class Alignment implements Phase.Training<Outcome.Aligned> {
  private final Session session;
  private final Phase.Label label;
  private final Supplier<Path> start;

  /**
   * @param start weights to begin from
   */
  Alignment(Session session, Phase.Label label, Supplier<Path> start) {
    this.session = session;
    this.label = label;
    this.start = start;
  }

  @Override
  public Outcome.Aligned run(PhaseFolder folder) {
    Config.Task0 config = session.config.task0();
    Task task = session.stream.tasks().getFirst();
    session.model().load(start.get());
    session.model().begin(config.recipe(), FreezePlan.NONE);
    var order = new QuestionBatches(task.train(), session.seed, "order", "task0");
    var trained =
        new TrainingLoop(session, label, folder)
            .run(config.steps(), () -> order.next(config.batch()), _ -> true);
    folder.keep(PhaseFolder.LAST, session.model());
    var examiner = new Examiner(session, folder);
    var scores = new ArrayList<Results.DetailedScore>();
    scores.add(examiner.detailed(trained.steps(), task, task.watchedSplit()));
    scores.addAll(examiner.reported(trained.steps()));
    return new Outcome.Aligned(scores);
  }
}
