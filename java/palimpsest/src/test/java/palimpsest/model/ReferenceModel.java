package palimpsest.model;

import static palimpsest.ops.reference.Norms.sum;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.reference.Close;
import palimpsest.ops.reference.ReferenceAttention;
import palimpsest.ops.reference.ReferenceGelu;
import palimpsest.ops.reference.ReferenceLayerNorm;
import palimpsest.ops.reference.ReferenceMatmul;
import palimpsest.ops.reference.ReferenceSoftmax;

/**
 * GPT-NeoX in double precision, one operation after the other on whole batches; its gradient comes
 * from central differences of the loss, so that it has no backward that could be wrong.
 */
public final class ReferenceModel {
  private final ModelConfig config;
  private final Insert insert;
  private final Map<String, double[]> weights = new LinkedHashMap<>();

  /** With the weights of a flat buffer. */
  public ReferenceModel(ParameterLayout layout, float[] buffer) {
    config = layout.config();
    insert = layout.insert();
    for (Parameter parameter : layout.parameters()) {
      weights.put(parameter.name(), slice(parameter, buffer));
    }
  }

  /** One parameter's part of a flat buffer. */
  public static double[] slice(Parameter parameter, float[] buffer) {
    double[] values = new double[Math.toIntExact(parameter.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = buffer[Math.toIntExact(parameter.offset()) + i];
    }
    return values;
  }

  /** A flat buffer of weights that are all alive: none is 0, and no norm is 1. */
  public static float[] randomWeights(ParameterLayout layout, long seed) {
    Random random = new Random(seed);
    float[] buffer = new float[Math.toIntExact(layout.length())];
    for (Parameter parameter : layout.parameters()) {
      double centre = parameter.name().endsWith("norm.weight") ? 1 : 0;
      int first = Math.toIntExact(parameter.offset());
      for (int i = first; i < first + parameter.size(); i++) {
        buffer[i] = (float) (centre + 0.3 * random.nextGaussian());
      }
    }
    return buffer;
  }

  /** Logits {@code [B T, V]} of {@code tokens [B, T]}. */
  public double[] logits(int[] tokens, int batch, int time) {
    double[] normal = hiddenStates(tokens, batch, time)[config.layers()];
    double[] head =
        weights.get(config.tiedHead() ? "gpt_neox.embed_in.weight" : "embed_out.weight");
    return ReferenceMatmul.forward(
        normal, head, null, tokens.length, config.width(), config.vocabulary());
  }

  /**
   * The residual stream {@code [L + 1][B T C]} of {@code tokens [B, T]}: before each layer, and
   * after the last norm.
   */
  public double[][] hiddenStates(int[] tokens, int batch, int time) {
    int width = config.width();
    double[][] states = new double[config.layers() + 1][];
    double[] x = new double[tokens.length * width];
    double[] embedding = weights.get("gpt_neox.embed_in.weight");
    for (int n = 0; n < tokens.length; n++) {
      boolean virtual = tokens[n] >= config.vocabulary();
      double[] table = virtual ? weights.get("insert.prompt") : embedding;
      int row = virtual ? tokens[n] - config.vocabulary() : tokens[n];
      System.arraycopy(table, row * width, x, n * width, width);
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      states[layer] = x;
      String prefix = "gpt_neox.layers." + layer + ".";
      double[] attended =
          sum(x, attention(prefix, norm(prefix + "input_layernorm", x), batch, time));
      double[] mlpIn = config.parallelResidual() ? x : attended;
      double[] normed = norm(prefix + "post_attention_layernorm", mlpIn);
      x = sum(attended, mlp(prefix, normed));
      if (insert instanceof Insert.Adapter) {
        x = sum(x, adapter("insert.layers." + layer + ".adapter", normed));
      }
    }
    states[config.layers()] = norm("gpt_neox.final_layer_norm", x);
    return states;
  }

  /** Mean loss over the positions whose target is not negative. */
  public double loss(int[] tokens, int[] targets, int batch, int time) {
    double[] all = logits(tokens, batch, time);
    int vocabulary = config.vocabulary();
    int[] counted = Arrays.stream(targets).filter(target -> target >= 0).toArray();
    double[] logits = new double[counted.length * vocabulary];
    int m = 0;
    for (int n = 0; n < targets.length; n++) {
      if (targets[n] >= 0) {
        System.arraycopy(all, n * vocabulary, logits, m++ * vocabulary, vocabulary);
      }
    }
    return Arrays.stream(ReferenceSoftmax.losses(logits, counted)).average().orElseThrow();
  }

  /** Some elements of the gradient of {@link #loss} with respect to one tensor. */
  public double[] gradient(
      String name, int[] indices, int[] tokens, int[] targets, int batch, int time) {
    double[] original = weights.get(name);
    try {
      return Close.centralDifferences(
          moved -> {
            weights.put(name, moved);
            return loss(tokens, targets, batch, time);
          },
          original,
          indices);
    } finally {
      weights.put(name, original);
    }
  }

  private double[] attention(String prefix, double[] x, int batch, int time) {
    AttentionShape shape =
        new AttentionShape(
            batch, time, config.heads(), config.headSize(), config.rotaryDimensions());
    double[] rotations =
        ReferenceAttention.rotations(time, config.rotaryDimensions(), config.rotaryBase());
    double[] qkv = linear(prefix + "attention.query_key_value", x, config.width());
    double[] out = new ReferenceAttention(shape, rotations).forward(qkv).out();
    return linear(prefix + "attention.dense", out, config.width());
  }

  private double[] mlp(String prefix, double[] x) {
    double[] hidden = linear(prefix + "mlp.dense_h_to_4h", x, config.width());
    double[] activated = ReferenceGelu.forward(hidden, config.activation());
    return linear(prefix + "mlp.dense_4h_to_h", activated, config.mlpWidth());
  }

  private double[] adapter(String name, double[] x) {
    double[] hidden = linear(name + ".down", x, config.width());
    int units = weights.get(name + ".down.bias").length;
    return linear(name + ".up", ReferenceGelu.forward(hidden, config.activation()), units);
  }

  /**
   * {@code W₀ x + b + (alpha/r) B (A x)}, the two ways separately, where a pair stands beside W₀.
   */
  private double[] linear(String name, double[] x, int inputs) {
    double[] bias = weights.get(name + ".bias");
    double[] weight = weights.get(name + ".weight");
    int rows = x.length / inputs;
    double[] out = ReferenceMatmul.forward(x, weight, bias, rows, inputs, bias.length);
    if (insert instanceof Insert.LowRank pair) {
      String own = name.replace("gpt_neox.", "insert.");
      double[] narrow =
          ReferenceMatmul.forward(x, weights.get(own + ".lora_A"), null, rows, inputs, pair.rank());
      double[] wide =
          ReferenceMatmul.forward(
              narrow, weights.get(own + ".lora_B"), null, rows, pair.rank(), bias.length);
      for (int i = 0; i < out.length; i++) {
        out[i] += pair.scale() * wide[i];
      }
    }
    return out;
  }

  private double[] norm(String name, double[] x) {
    double[] weight = weights.get(name + ".weight");
    return ReferenceLayerNorm.forward(
        x, weight, weights.get(name + ".bias"), config.layerNormEpsilon());
  }
}
