package palimpsest.model;

/**
 * One named tensor of a model.
 *
 * @param name as Hugging Face names it, such as {@code gpt_neox.layers.0.mlp.dense_h_to_4h.weight}
 * @param component what a {@link FreezePlan} calls it, such as {@code layers.0.mlp}
 * @param stage how far up it is first used: 0 for the embedding, 1 + l for layer l, 1 + L above
 * @param shape {@code [out, in]} for a matrix, {@code [C]} for a bias or a norm
 * @param offset its first element in the flat buffers
 */
public record Parameter(String name, String component, int stage, int[] shape, long offset) {
  /** Number of elements. */
  public long size() {
    long size = 1;
    for (int dimension : shape) {
      size *= dimension;
    }
    return size;
  }

  /** Whether it is part of an {@link Insert}, not of the model itself. */
  public boolean inserted() {
    return name.startsWith(ParameterLayout.INSERT);
  }

  /** Whether weight decay is meant for it: matrices and embeddings, not biases and norms. */
  public boolean matrix() {
    return shape.length == 2;
  }
}
