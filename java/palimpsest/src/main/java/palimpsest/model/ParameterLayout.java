package palimpsest.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each tensor of a GPT-NeoX model lies in a flat buffer: from the embedding up, so that a
 * frozen prefix is one range at the start; an insert comes last. Tensors begin at multiples of 16
 * elements (64 bytes).
 */
public final class ParameterLayout {
  private static final int ALIGNMENT = 16;

  /** What the names of all that is inserted begin with. */
  static final String INSERT = "insert.";

  /** The matrices of a layer. */
  private static final List<String> MATRICES =
      List.of(
          "attention.query_key_value", "attention.dense", "mlp.dense_h_to_4h", "mlp.dense_4h_to_h");

  private final ModelConfig config;
  private final Insert insert;
  private final long ownLength;
  private final Map<String, Parameter> byName = new LinkedHashMap<>();
  private long length;
  private long size;

  /** Of a model without an insert. */
  public ParameterLayout(ModelConfig config) {
    this(config, Insert.none());
  }

  /** Of a model with an insert behind its own weights. */
  public ParameterLayout(ModelConfig config, Insert insert) {
    this.config = config;
    this.insert = insert;
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
    ownLength = length;
    addInsert();
  }

  private void addInsert() {
    switch (insert) {
      case Insert.None _ -> {}
      case Insert.LowRank(int rank, double _) -> {
        for (LowRankPair pair : lowRankPairs()) {
          int[] shape = get(pair.weight()).shape();
          String component = get(pair.weight()).component() + ".lora";
          int stage = get(pair.weight()).stage();
          add(pair.a(), component, stage, rank, shape[1]);
          add(pair.b(), component, stage, shape[0], rank);
        }
      }
      case Insert.Adapter(int hidden) -> {
        for (int layer = 0; layer < config.layers(); layer++) {
          String prefix = adapter(layer);
          String component = "layers." + layer + ".adapter";
          add(prefix + ".down.weight", component, layer + 1, hidden, config.width());
          add(prefix + ".down.bias", component, layer + 1, hidden);
          add(prefix + ".up.weight", component, layer + 1, config.width(), hidden);
          add(prefix + ".up.bias", component, layer + 1, config.width());
        }
      }
      case Insert.Prompt(int vectors) -> add(PROMPT, "prompt", 0, vectors, config.width());
    }
  }

  /** The vectors of {@link Insert.Prompt}. */
  static final String PROMPT = INSERT + "prompt";

  /** What the names of a layer's {@link Insert.Adapter} begin with. */
  static String adapter(int layer) {
    return INSERT + "layers." + layer + ".adapter";
  }

  /**
   * The names of a matrix and of the two that are multiplied beside it.
   *
   * @param a {@code [rank, I]}
   * @param b {@code [O, rank]}
   */
  public record LowRankPair(String weight, String a, String b) {}

  /** Every pair of {@link Insert.LowRank}, from the bottom up. */
  public List<LowRankPair> lowRankPairs() {
    List<LowRankPair> pairs = new ArrayList<>();
    if (insert instanceof Insert.LowRank) {
      for (int layer = 0; layer < config.layers(); layer++) {
        for (String matrix : MATRICES) {
          String name = "layers." + layer + "." + matrix;
          pairs.add(
              new LowRankPair(
                  "gpt_neox." + name + ".weight",
                  INSERT + name + ".lora_A",
                  INSERT + name + ".lora_B"));
        }
      }
    }
    return pairs;
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

  /** What the model has beside its own weights. */
  public Insert insert() {
    return insert;
  }

  /** Elements of a flat buffer up to the insert. */
  public long ownLength() {
    return ownLength;
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
