package palimpsest.lab;

import palimpsest.report.Results;

/** The device an experiment runs on, and the models it makes there. */
public interface Apparatus {
  /** What it is; the fingerprint says what the bits depend on. */
  Results.Device device();

  /** What the bits depend on beside the configuration: part of the key of every phase. */
  default Lineage.Maker maker() {
    return new Lineage.Maker(Numerics.version(), device().fingerprint());
  }

  /** The size of the models it makes for a stream. */
  Results.Model describe(TaskStream stream);

  /** A model with new weights, drawn from the seed. */
  TrainableModel create(TaskStream stream, long seed);
}
