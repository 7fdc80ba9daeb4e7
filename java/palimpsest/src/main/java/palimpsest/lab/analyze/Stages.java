package palimpsest.lab.analyze;

import java.util.List;
import palimpsest.analysis.weights.Stage;
import palimpsest.lab.Checkpoint;

/** Which weights of a run stand for a stage. */
final class Stages {
  /** The paper's 8,000 and 72,000 of 80,000 steps, taken where a run kept no step of its own. */
  private static final double EARLY = 0.1;

  private static final double LATE = 0.9;

  private Stages() {}

  static Checkpoint checkpoint(Stage stage, AnalysisContext context) {
    return switch (stage) {
      case EARLY_PRETRAINING -> pretraining(context, EARLY);
      case LATE_PRETRAINING -> pretraining(context, LATE);
      case PRETRAINED -> new Checkpoint.Pretrained();
      case TASK0 -> new Checkpoint.Task1(0);
      case A -> new Checkpoint.Task1(context.window().a());
      case B -> new Checkpoint.Task1(context.window().b());
      case END -> new Checkpoint.Task1(context.checkpoints().lastStep());
    };
  }

  /** The first or the last step that was kept, if there are two; else the one to ask for. */
  private static Checkpoint pretraining(AnalysisContext context, double share) {
    List<Integer> kept = context.checkpoints().pretrainingSteps();
    int steps = context.config().pretrain().steps();
    if (kept.size() < 2) {
      return new Checkpoint.Pretraining(Math.max(1, (int) Math.round(share * steps)));
    }
    return new Checkpoint.Pretraining(share == EARLY ? kept.getFirst() : kept.getLast());
  }
}
