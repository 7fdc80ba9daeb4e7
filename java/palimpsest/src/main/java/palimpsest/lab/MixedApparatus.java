package palimpsest.lab;

import palimpsest.report.Results;

/**
 * The device of a run that others have computed before. Its phases are found and kept under the
 * first one's name, in the run's own folder alone; its results say what it is.
 */
record MixedApparatus(Apparatus now, Lineage lineage) implements Apparatus {
  @Override
  public Results.Device device() {
    Results.Device device = now.device();
    return new Results.Device(device.kind(), device.name(), device.threads(), lineage.mark());
  }

  @Override
  public Lineage.Maker maker() {
    return lineage.first();
  }

  @Override
  public Results.Model describe(TaskStream stream) {
    return now.describe(stream);
  }

  @Override
  public TrainableModel create(TaskStream stream, long seed) {
    return now.create(stream, seed);
  }
}
