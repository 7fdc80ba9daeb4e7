package palimpsest.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import palimpsest.base.UserException;
import palimpsest.io.JsonFile;
import palimpsest.io.OneLine;
import palimpsest.ops.Activation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The {@code config.json} of a GPT-NeoX model as Hugging Face's transformers has it. Version 4 says
 * {@code rotary_pct} and {@code rotary_emb_base}, version 5 says both in {@code rope_parameters};
 * either is read, and both are written.
 */
final class GptNeoxConfigFile {
  static final String NAME = "config.json";

  private static final String MODEL_TYPE = "gpt_neox";
  private static final String ARCHITECTURE = "GPTNeoXForCausalLM";
  private static final List<String> PLAIN_ROPE = List.of("default");
  private static final int LARGEST_SIZE = 1 << 24;

  /** Each is a name and a dozen tensors before anything of it has been seen. */
  private static final int MOST_LAYERS = 1024;

  /** Rotations are computed for all of them beforehand. */
  private static final int MOST_POSITIONS = 1 << 17;

  /** What transformers calls them; the three of the second are one formula. */
  private static final Map<String, Activation> ACTIVATIONS =
      Map.of(
          "gelu", Activation.GELU,
          "gelu_new", Activation.GELU_TANH,
          "gelu_pytorch_tanh", Activation.GELU_TANH,
          "gelu_fast", Activation.GELU_TANH);

  /** The names that every version of it knows. */
  private static final Map<Activation, String> WRITTEN_ACTIVATIONS =
      Map.of(Activation.GELU, "gelu", Activation.GELU_TANH, "gelu_new");

  private final Path file;
  private final ObjectNode root;

  private GptNeoxConfigFile(Path file, ObjectNode root) {
    this.file = file;
    this.root = root;
  }

  static ModelConfig read(Path folder) {
    Path file = folder.resolve(NAME);
    GptNeoxConfigFile config = new GptNeoxConfigFile(file, JsonFile.read(file));
    config.refuseOtherModels();
    return config.shape();
  }

  static void write(Path folder, ModelConfig config, int endOfText) {
    ObjectNode root = JsonFile.object();
    root.putArray("architectures").add(ARCHITECTURE);
    root.put("model_type", MODEL_TYPE);
    root.put("vocab_size", config.vocabulary());
    root.put("hidden_size", config.width());
    root.put("num_hidden_layers", config.layers());
    root.put("num_attention_heads", config.heads());
    root.put("intermediate_size", config.mlpWidth());
    root.put("max_position_embeddings", config.positions());
    root.put("hidden_act", WRITTEN_ACTIVATIONS.get(config.activation()));
    root.put("use_parallel_residual", config.parallelResidual());
    root.put("tie_word_embeddings", config.tiedHead());
    root.put("layer_norm_eps", config.layerNormEpsilon());
    root.put("attention_bias", true);
    root.put("attention_dropout", 0.0);
    root.put("hidden_dropout", 0.0);
    root.put("rotary_pct", config.rotaryShare());
    root.put("rotary_emb_base", config.rotaryBase());
    ObjectNode rope = root.putObject("rope_parameters");
    rope.put("rope_type", "default");
    rope.put("partial_rotary_factor", config.rotaryShare());
    rope.put("rope_theta", config.rotaryBase());
    root.put("bos_token_id", endOfText);
    root.put("eos_token_id", endOfText);
    root.put("torch_dtype", "float32");
    JsonFile.write(folder.resolve(NAME), root);
  }

  private void refuseOtherModels() {
    JsonNode type = root.path("model_type");
    if (!type.isString() || !type.stringValue().equals(MODEL_TYPE)) {
      throw problem(
          "model_type is %s; only %s models are known".formatted(shown(type), MODEL_TYPE));
    }
    if (!truth("attention_bias", true)) {
      throw problem("attention_bias is false; only models with biases are known");
    }
    refuseOtherRope(root.path("rope_scaling"), "rope_scaling");
    refuseOtherRope(root.path("rope_parameters"), "rope_parameters");
  }

  private void refuseOtherRope(JsonNode rope, String key) {
    JsonNode type = rope.has("rope_type") ? rope.path("rope_type") : rope.path("type");
    if (!type.isMissingNode() && !type.isNull() && !PLAIN_ROPE.contains(type.asString(""))) {
      throw problem(
          "%s asks for %s rotary embeddings; only the default ones are known"
              .formatted(key, shown(type)));
    }
  }

  private Activation activation() {
    JsonNode name = root.path("hidden_act");
    if (name.isMissingNode()) {
      return Activation.GELU;
    }
    Activation activation = ACTIVATIONS.get(name.asString(""));
    if (activation == null) {
      throw problem(
          "hidden_act is %s; only gelu (by the error function), and gelu_new, gelu_pytorch_tanh and"
                  .formatted(shown(name))
              + " gelu_fast (by tanh) are known");
    }
    return activation;
  }

  private ModelConfig shape() {
    ModelConfig config =
        new ModelConfig(
            size("num_hidden_layers", MOST_LAYERS),
            size("hidden_size", LARGEST_SIZE),
            size("num_attention_heads", LARGEST_SIZE),
            size("intermediate_size", LARGEST_SIZE),
            size("vocab_size", LARGEST_SIZE),
            size("max_position_embeddings", MOST_POSITIONS),
            rope("partial_rotary_factor", "rotary_pct", 0.25),
            rope("rope_theta", "rotary_emb_base", 10_000),
            truth("use_parallel_residual", true),
            truth("tie_word_embeddings", false),
            number(root.path("layer_norm_eps"), "layer_norm_eps", 1e-5),
            activation());
    if (config.width() % config.heads() != 0) {
      throw problem(
          "hidden_size %d is not divisible by num_attention_heads %d"
              .formatted(config.width(), config.heads()));
    }
    int rotated = (int) (config.headSize() * config.rotaryShare());
    if (rotated < 2 || rotated % 2 != 0 || rotated > config.headSize()) {
      throw problem(
          "rotary_pct %s of a head of %d dimensions is %d; an even number of them must be rotated"
              .formatted(config.rotaryShare(), config.headSize(), rotated));
    }
    return config;
  }

  private int size(String key, int largest) {
    JsonNode node = root.path(key);
    if (node.isMissingNode() || node.isNull()) {
      throw problem(key + " is missing");
    }
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.intValue() < 1
        || node.intValue() > largest) {
      throw problem(
          "%s must be a whole number from 1 to %d, not %s".formatted(key, largest, shown(node)));
    }
    return node.intValue();
  }

  /** Version 5's key in {@code rope_parameters}, else the older one, else what both leave out. */
  private double rope(String key, String olderKey, double otherwise) {
    JsonNode node = root.path("rope_parameters").path(key);
    return node.isMissingNode()
        ? number(root.path(olderKey), olderKey, otherwise)
        : number(node, "rope_parameters." + key, otherwise);
  }

  private double number(JsonNode node, String key, double otherwise) {
    if (node.isMissingNode() || node.isNull()) {
      return otherwise;
    }
    double value = node.isNumber() ? node.doubleValue() : Double.NaN;
    if (!Double.isFinite(value) || value <= 0) {
      throw problem("%s must be a number above 0, not %s".formatted(key, shown(node)));
    }
    return value;
  }

  private boolean truth(String key, boolean otherwise) {
    JsonNode node = root.path(key);
    if (node.isMissingNode() || node.isNull()) {
      return otherwise;
    }
    if (!node.isBoolean()) {
      throw problem("%s must be true or false, not %s".formatted(key, shown(node)));
    }
    return node.booleanValue();
  }

  private static String shown(JsonNode node) {
    return node.isMissingNode() ? "missing" : OneLine.quote(node.toString());
  }

  private UserException problem(String what) {
    return new UserException("%s: %s".formatted(file, what));
  }
}
