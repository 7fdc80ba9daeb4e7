package palimpsest.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each tensor of a GPT-NeoX model lies in a flat buffer: from the embedding up, so that a
 * frozen prefix is one range at the start. Tensors begin at multiples of 16 elements (64 bytes).
 */
public final class ParameterLayout {
  private static final int ALIGNMENT = 16;

  private final ModelConfig config;
  private final Map<String, Parameter> byName = new LinkedHashMap<>();
  private long length;
  private long size;

  public ParameterLayout(ModelConfig config) {
    this.config = config;
    int width = config.width();
    add("gpt_neox.embed_in.weight", "embed", 0, config.vocabulary(), width);
    for (int layer = 0; layer < config.layers(); layer++) {
      addLayer("gpt_neox.layers." + layer + ".", "layers." + layer + ".", layer + 1);
    }
    int top = config.layers() + 1;
    add("gpt_neox.final_layer_norm.weight", "norm", top, width);
    add("gpt_neox.final_layer_norm.bias", "norm", top, width);
    if (!config.tiedHead()) {
      add("embed_out.weight", "head", top, config.vocabulary(), width);
    }
  }

  private void addLayer(String prefix, String component, int stage) {
    int width = config.width();
    int mlp = config.mlpWidth();
    String attention = component + "attention";
    add(prefix + "input_layernorm.weight", attention, stage, width);
    add(prefix + "input_layernorm.bias", attention, stage, width);
    add(prefix + "attention.query_key_value.weight", attention, stage, 3 * width, width);
    add(prefix + "attention.query_key_value.bias", attention, stage, 3 * width);
    add(prefix + "attention.dense.weight", attention, stage, width, width);
    add(prefix + "attention.dense.bias", attention, stage, width);
    String dense = component + "mlp";
    add(prefix + "post_attention_layernorm.weight", dense, stage, width);
    add(prefix + "post_attention_layernorm.bias", dense, stage, width);
    add(prefix + "mlp.dense_h_to_4h.weight", dense, stage, mlp, width);
    add(prefix + "mlp.dense_h_to_4h.bias", dense, stage, mlp);
    add(prefix + "mlp.dense_4h_to_h.weight", dense, stage, width, mlp);
    add(prefix + "mlp.dense_4h_to_h.bias", dense, stage, width);
  }

  private void add(String name, String component, int stage, int... shape) {
    Parameter parameter = new Parameter(name, component, stage, shape, length);
    byName.put(name, parameter);
    size += parameter.size();
    length += (parameter.size() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  public ModelConfig config() {
    return config;
  }

  /** Every tensor, in the order of the buffer. */
  public List<Parameter> parameters() {
    return new ArrayList<>(byName.values());
  }

  /**
   * @throws IllegalArgumentException if there is none of that name
   */
  public Parameter get(String name) {
    Parameter parameter = byName.get(name);
    if (parameter == null) {
      throw new IllegalArgumentException("no parameter " + name);
    }
    return parameter;
  }

  /** Elements of a flat buffer, padding included. */
  public long length() {
    return length;
  }

  /** Number of weights, padding left out. */
  public long size() {
    return size;
  }
}
