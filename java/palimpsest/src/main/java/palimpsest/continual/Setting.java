package palimpsest.continual;

/**
 * What a method has to fit: known when an experiment is loaded, before anything is trained.
 *
 * @param layers L of the model
 * @param rows B, the questions in a batch of fine-tuning
 * @param tiedHead whether the output matrix is the embedding
 */
public record Setting(int layers, int rows, boolean tiedHead) {
  /** Of a model with an output matrix of its own. */
  public Setting(int layers, int rows) {
    this(layers, rows, false);
  }
}
