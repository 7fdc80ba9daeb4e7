package palimpsest.train;

import palimpsest.data.Batch;
import palimpsest.model.Parameters;
import palimpsest.ops.Device;

/** A copy of a model, with lanes of its own. */
final class Snapshot implements Pupil.Teacher {
  private final Parameters parameters;
  private final Learner learner;

  Snapshot(Device device, Parameters original, boolean prompting) {
    parameters = new Parameters(device, original.config(), original.layout().insert());
    parameters.restore(original.copy());
    learner = new Learner(device, parameters);
    learner.prompt(prompting);
  }

  @Override
  public float[] logits(Batch batch) {
    return learner.logits(batch);
  }

  @Override
  public void close() {
    learner.close();
    parameters.close();
  }
}
