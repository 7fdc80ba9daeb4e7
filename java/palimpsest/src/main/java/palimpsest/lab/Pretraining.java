package palimpsest.lab;

import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import palimpsest.data.BatchesAhead;
import palimpsest.model.FreezePlan;
import palimpsest.report.Results;

/** Learning a language and its facts from running text, from random weights. */
final class Pretraining implements Phase.Training<Outcome.Pretrained> {
  private final Session session;
  private final Phase.Label label;

  Pretraining(Session session, Phase.Label label) {
    this.session = session;
    this.label = label;
  }

  /** The steps after which the weights are kept, the last one aside. */
  static SortedSet<Integer> kept(Config config) {
    int steps = config.pretrain().steps();
    var kept = new TreeSet<Integer>();
    for (double share : config.checkpoints().pretrainShares()) {
      kept.add(Math.max(1, (int) Math.round(share * steps)));
    }
    kept.remove(steps);
    return kept;
  }

  @Override
  public Outcome.Pretrained run(PhaseFolder folder) {
    Config.Pretrain config = session.config.pretrain();
    SortedSet<Integer> kept = kept(session.config);
    session.untrainedModel().begin(config.recipe(), FreezePlan.NONE);
    TrainingLoop.Trained trained;
    try (var batches =
        new BatchesAhead(session.stream.pretraining(), config.batch() * config.length())) {
      trained =
          new TrainingLoop(session, label, folder)
              .run(
                  config.steps(),
                  Steps.on(batches),
                  Map::of,
                  step -> {
                    if (kept.contains(step)) {
                      folder.keep(PhaseFolder.step(step), session.model());
                    }
                    return true;
                  });
    }
    folder.keep(PhaseFolder.LAST, session.model());
    var examiner = new Examiner(session, folder);
    Results.Accuracy recall = examiner.recall(trained.steps());
    return new Outcome.Pretrained(
        new Results.Pretrain(
            trained.steps(),
            trained.tokens(),
            trained.seconds(),
            trained.tokensPerSecond(),
            trained.loss(),
            recall),
        examiner.reported(trained.steps()));
  }
}
