package palimpsest.lab;

import palimpsest.model.ModelConfig;
import palimpsest.model.ParameterLayout;
import palimpsest.model.Parameters;
import palimpsest.ops.Device;
import palimpsest.report.Results;

/**
 * The real thing: Transformers of a configuration, on a device.
 *
 * @param computing stays the caller's, to close when the experiment is over
 */
public record DeviceApparatus(Config config, Device computing) implements Apparatus {
  @Override
  public Results.Device device() {
    return new Results.Device(
        computing.kind(), computing.name(), computing.lanes(), computing.fingerprint());
  }

  @Override
  public Results.Model describe(TaskStream stream) {
    ModelConfig shape = shape(stream);
    return new Results.Model(
        shape.layers(),
        shape.width(),
        shape.heads(),
        shape.vocabulary(),
        new ParameterLayout(shape).size());
  }

  @Override
  public TrainableModel create(TaskStream stream, long seed) {
    var parameters = new Parameters(computing, shape(stream));
    parameters.initialise(config.model().initialisation(), seed);
    return new LearnerModel(
        computing,
        parameters,
        stream.tokenizer(),
        config.device().memory(),
        config.optimizer().carryMoments());
  }

  private ModelConfig shape(TaskStream stream) {
    return config.model().shape(stream.tokenizer().vocabulary());
  }
}
