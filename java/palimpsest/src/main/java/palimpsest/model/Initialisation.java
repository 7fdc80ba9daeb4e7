package palimpsest.model;

/** How weights begin; biases are 0 and norms 1 with either. */
public enum Initialisation {
  /** N(0, 0.02) for every matrix: Hugging Face's default for GPT-NeoX. */
  NORMAL,
  /**
   * Pythia's: N(0, √(2/5C)) (Nguyen and Salazar 2019), and N(0, 2/(L√C)) for the two matrices that
   * write to the residual (Wang and Komatsuzaki 2021).
   */
  SMALL;

  double deviation(Parameter parameter, ModelConfig config) {
    boolean writesResidual =
        parameter.name().endsWith("attention.dense.weight")
            || parameter.name().endsWith("mlp.dense_4h_to_h.weight");
    return switch (this) {
      case NORMAL -> 0.02;
      case SMALL ->
          writesResidual
              ? 2 / (config.layers() * Math.sqrt(config.width()))
              : Math.sqrt(2 / (5.0 * config.width()));
    };
  }
}
