package palimpsest.model;

import palimpsest.ops.Tensor;

/** A model's weights beside the gradients of those that train. */
record Weights(Parameters parameters, FlatBuffer gradients, FreezePlan freeze) {
  ModelConfig config() {
    return parameters.config();
  }

  BlockWeights.Linear linear(String name) {
    return new BlockWeights.Linear(
        parameters.of(name + ".weight"),
        parameters.of(name + ".bias"),
        gradient(name + ".weight"),
        gradient(name + ".bias"));
  }

  BlockWeights.Norm norm(String name) {
    return new BlockWeights.Norm(
        parameters.of(name + ".weight"),
        parameters.of(name + ".bias"),
        gradient(name + ".weight"),
        gradient(name + ".bias"));
  }

  Tensor weight(String name) {
    return parameters.of(name);
  }

  /** Where a parameter's gradient is added up; null if it is frozen, or nothing trains. */
  Tensor gradient(String name) {
    boolean trains = gradients != null && !freeze.freezes(parameters.layout().get(name));
    return trains ? gradients.of(name) : null;
  }
}
