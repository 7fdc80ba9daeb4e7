package palimpsest.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.function.Supplier;
import palimpsest.continual.Method;
import palimpsest.continual.Strategy;
import palimpsest.continual.StrategySteps;
import palimpsest.continual.TaskContext;
import palimpsest.data.QuestionBatches;
import palimpsest.model.FreezePlan;
import palimpsest.report.Results;

/**
 * Learning the first task, how questions about known facts are answered: by plain fine-tuning for
 * all methods that begin after it, and each in its own way for those that begin with it.
 */
final class Alignment implements Phase.Training<Outcome.Aligned> {
  private final Session session;
  private final Phase.Label label;
  private final Supplier<Path> start;

  private final Method method;

  /**
   * @param start weights to begin from
   * @param method that learns it; what it carries on is kept with the weights
   */
  Alignment(Session session, Phase.Label label, Supplier<Path> start, Method method) {
    this.session = session;
    this.label = label;
    this.start = start;
    this.method = method;
  }

  @Override
  public Outcome.Aligned run(PhaseFolder folder) {
    Config.Task0 config = session.config.task0();
    Task task = session.stream.tasks().getFirst();
    session.model().load(start.get());
    session.model().begin(config.recipe(), FreezePlan.NONE);
    TrainingLoop.Trained trained;
    try (Strategy strategy = method.begin()) {
      trained = learn(task, strategy, folder);
      folder.keep(PhaseFolder.LAST, session.model());
      session.model().begin(config.recipe(), FreezePlan.NONE);
      strategy.afterTask(session.context(task, 0));
      if (!method.course().followsTask0()) {
        folder.keep(PhaseFolder.LAST, strategy.state());
      }
    }
    var examiner = new Examiner(session, folder);
    var scores = new ArrayList<Results.DetailedScore>();
    scores.add(examiner.detailed(trained.steps(), task, task.watchedSplit()));
    scores.addAll(examiner.reported(trained.steps()));
    return new Outcome.Aligned(scores);
  }

  private TrainingLoop.Trained learn(Task task, Strategy strategy, PhaseFolder folder) {
    Config.Task0 config = session.config.task0();
    TaskContext context = session.context(task, 0);
    if (folder.resumed().isPresent()) {
      strategy.load(folder.place().within(Steps.STATE));
    }
    strategy.beforeTask(context);
    session.model().begin(config.recipe(), strategy.trainable(context));
    var order = new QuestionBatches(task.train(), session.seed, "order", "task0");
    var steps = new StrategySteps(strategy, context, method.oldData(), order, config.batch());
    return new TrainingLoop(session, label, folder)
        .run(config.steps(), Steps.by(steps), Map::of, _ -> true);
  }
}
