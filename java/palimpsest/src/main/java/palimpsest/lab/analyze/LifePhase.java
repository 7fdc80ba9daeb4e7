package palimpsest.lab.analyze;

import java.util.ArrayList;
import java.util.List;
import palimpsest.lab.Checkpoint;

/**
 * A place in a model's life at which is asked what it knows.
 *
 * @param name in results and figures
 * @param step of task 1, 0 for its beginning; {@code null} before
 */
record LifePhase(String name, Integer step, Checkpoint checkpoint) {

  /** From random weights to the end of task 1. */
  static List<LifePhase> of(AnalysisContext context) {
    int a = context.window().a();
    int b = context.window().b();
    int last = context.checkpoints().lastStep();
    List<LifePhase> phases = new ArrayList<>();
    phases.add(new LifePhase("random weights", null, new Checkpoint.Initial()));
    phases.add(new LifePhase("pretrained", null, new Checkpoint.Pretrained()));
    phases.add(task1("after task 0", 0));
    if (a > 0) {
      phases.add(task1("step " + a, a));
    }
    if (b < last) {
      phases.add(task1("step " + b, b));
    }
    phases.add(task1("after task 1", last));
    return phases;
  }

  private static LifePhase task1(String name, int step) {
    return new LifePhase(name, step, new Checkpoint.Task1(step));
  }
}
