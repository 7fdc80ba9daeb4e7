package palimpsest.lab;

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

  @Override
  public Outcome.Pretrained run(PhaseFolder folder) {
    Config.Pretrain config = session.config.pretrain();
    session.untrainedModel().begin(config.recipe(), FreezePlan.NONE);
    var trained =
        new TrainingLoop(session, label, folder)
            .run(config.steps(), session.stream.pretraining(), _ -> true);
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
