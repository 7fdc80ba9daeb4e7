package palimpsest.model;

import palimpsest.ops.Tensor;

/**
 * The weights of one layer, and where their gradients go.
 *
 * @param adapter null without one
 */
record BlockWeights(
    Norm norm1,
    Linear queryKeyValue,
    Linear dense,
    Norm norm2,
    Linear widen,
    Linear narrow,
    Adapter adapter) {

  static BlockWeights of(Weights weights, int layer) {
    String prefix = "gpt_neox.layers." + layer + ".";
    return new BlockWeights(
        weights.norm(prefix + "input_layernorm"),
        weights.linear(prefix + "attention.query_key_value"),
        weights.linear(prefix + "attention.dense"),
        weights.norm(prefix + "post_attention_layernorm"),
        weights.linear(prefix + "mlp.dense_h_to_4h"),
        weights.linear(prefix + "mlp.dense_4h_to_h"),
        adapter(weights, ParameterLayout.adapter(layer)));
  }

  private static Adapter adapter(Weights weights, String prefix) {
    return weights.parameters().layout().insert() instanceof Insert.Adapter
        ? new Adapter(weights.linear(prefix + ".down"), weights.linear(prefix + ".up"))
        : null;
  }

  boolean attentionTrains() {
    return queryKeyValue.dWeight() != null;
  }

  boolean mlpTrains() {
    return widen.dWeight() != null;
  }

  /** The two maps of {@link Insert.Adapter}. */
  record Adapter(Linear down, Linear up) {
    boolean trains() {
      return up.dWeight() != null;
    }
  }

  /** A linear map with its gradients, which are null if it is frozen. */
  record Linear(Tensor weight, Tensor bias, Tensor dWeight, Tensor dBias) {}

  /** A layer norm with its gradients, which are null if it is frozen. */
  record Norm(Tensor weight, Tensor bias, Tensor dWeight, Tensor dBias) {}
}
