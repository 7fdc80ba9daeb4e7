package palimpsest.continual;

/**
 * What a method has to fit: known when an experiment is loaded, before anything is trained.
 *
 * @param layers L of the model
 * @param rows B, the questions in a batch of fine-tuning
 * @param positions the longest sequence that the model reads
 * @param tiedHead whether the output matrix is the embedding
 */
public record Setting(int layers, int rows, int positions, boolean tiedHead) {
  /** Of a model with an output matrix of its own. */
  public Setting(int layers, int rows, int positions) {
    this(layers, rows, positions, false);
  }
}
