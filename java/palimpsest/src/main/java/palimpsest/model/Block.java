package palimpsest.model;

import palimpsest.ops.AttentionShape;
import palimpsest.ops.Ops;
import palimpsest.ops.Tensor;

/**
 * One GPT-NeoX layer: {@code x + attention(norm1 x) + mlp(norm2 x)}, or one branch after the other
 * with a sequential residual.
 */
final class Block {
  private final Ops ops;
  private final boolean parallel;
  private final float epsilon;
  private final Tensor rotations;
  private final Linear queryKeyValue;
  private final Linear dense;
  private final Linear widen;
  private final Linear narrow;
  private final Norm norm1;
  private final Norm norm2;

  /** Whether the layer keeps its input for a backward, or may change it in place. */
  private final boolean kept;

  private final boolean attentionTrains;
  private final boolean mlpTrains;

  /** Whether anything below this layer trains, so that its input's gradient is needed. */
  private final boolean passesOn;

  Block(Ops ops, Weights weights, int layer, int lowestTrainable, Tensor rotations) {
    this.ops = ops;
    this.rotations = rotations;
    ModelConfig config = weights.config();
    parallel = config.parallelResidual();
    epsilon = (float) config.layerNormEpsilon();
    String prefix = "gpt_neox.layers." + layer + ".";
    norm1 = weights.norm(prefix + "input_layernorm");
    queryKeyValue = weights.linear(prefix + "attention.query_key_value");
    dense = weights.linear(prefix + "attention.dense");
    norm2 = weights.norm(prefix + "post_attention_layernorm");
    widen = weights.linear(prefix + "mlp.dense_h_to_4h");
    narrow = weights.linear(prefix + "mlp.dense_4h_to_h");
    int stage = layer + 1;
    kept = stage >= lowestTrainable;
    passesOn = stage > lowestTrainable;
    attentionTrains = queryKeyValue.trains();
    mlpTrains = widen.trains();
  }

  /** A linear map with its gradients, which are null if it is frozen. */
  record Linear(Tensor weight, Tensor bias, Tensor dWeight, Tensor dBias) {
    boolean trains() {
      return dWeight != null;
    }
  }

  /** A layer norm with its gradients, which are null if it is frozen. */
  record Norm(Tensor weight, Tensor bias, Tensor dWeight, Tensor dBias) {}

  /** {@code out [N, C]} from {@code a.in}; the two are one buffer if nothing is kept. */
  void forward(Pass pass, Pass.Layer a, Tensor out) {
    Tensor in = kept ? a.in() : out;
    if (parallel) {
      ops.layerNormPairForward(
          a.norm1(), a.norm2(), a.mean1(), a.rstd1(), in, norm1.weight, norm1.bias, norm2.weight,
          norm2.bias, epsilon);
      if (kept) {
        ops.copy(out, in);
      }
      attend(pass, a, out);
    } else {
      ops.layerNormForward(
          a.norm1(), a.mean1(), a.rstd1(), in, norm1.weight, norm1.bias, epsilon);
      if (kept) {
        ops.copy(out, in);
      }
      attend(pass, a, out);
      ops.copy(a.middle(), out);
      ops.layerNormForward(
          a.norm2(), a.mean2(), a.rstd2(), out, norm2.weight, norm2.bias, epsilon);
    }
    ops.matmulBiasGelu(a.activated(), a.hidden(), a.norm2(), widen.weight, widen.bias);
    ops.matmulBiasAdd(out, a.activated(), narrow.weight, narrow.bias);
  }

  private void attend(Pass pass, Pass.Layer a, Tensor out) {
    ops.matmulBias(a.qkv(), a.norm1(), queryKeyValue.weight, queryKeyValue.bias);
    ops.attentionForward(a.attended(), a.probabilities(), a.qkv(), rotations, pass.shape);
    ops.matmulBiasAdd(out, a.attended(), dense.weight, dense.bias);
  }

  /** One new token a row: {@code out [B, C]} in place, keys and values in {@code cache}. */
  void decode(
      Pass.Layer a,
      Tensor out,
      Tensor cache,
      Tensor positions,
      Tensor scratch,
      AttentionShape cached) {
    ops.layerNormForward(a.norm1(), a.mean1(), a.rstd1(), out, norm1.weight, norm1.bias, epsilon);
    if (parallel) {
      ops.layerNormForward(a.norm2(), a.mean1(), a.rstd1(), out, norm2.weight, norm2.bias, epsilon);
    }
    ops.matmulBias(a.qkv(), a.norm1(), queryKeyValue.weight, queryKeyValue.bias);
    ops.attentionDecode(a.attended(), cache, a.qkv(), positions, rotations, scratch, cached);
    ops.matmulBiasAdd(out, a.attended(), dense.weight, dense.bias);
    if (!parallel) {
      ops.layerNormForward(a.norm2(), a.mean2(), a.rstd2(), out, norm2.weight, norm2.bias, epsilon);
    }
    ops.matmulBiasGelu(a.activated(), a.hidden(), a.norm2(), widen.weight, widen.bias);
    ops.matmulBiasAdd(out, a.activated(), narrow.weight, narrow.bias);
  }

  /** Turns {@code pass.dOut} from the gradient of the output into that of the input. */
  void backward(Pass pass, Pass.Layer a) {
    boolean attention = passesOn || attentionTrains;
    // With a sequential residual the MLP's input, and so its gradient, also reaches the attention.
    boolean mlp = passesOn || mlpTrains || (!parallel && attentionTrains);
    if (mlp) {
      ops.matmulBackward(
          pass.dHidden, narrow.dWeight, narrow.dBias, pass.dOut, a.activated(), narrow.weight);
      ops.geluBackward(pass.dHidden, a.hidden());
      ops.matmulBackward(
          pass.dNorm, widen.dWeight, widen.dBias, pass.dHidden, a.norm2(), widen.weight);
      if (!parallel) {
        ops.layerNormBackward(
            pass.dOut, norm2.dWeight, norm2.dBias, pass.dNorm, a.middle(), norm2.weight, a.mean2(),
            a.rstd2());
      }
    }
    if (attention) {
      ops.matmulBackward(
          pass.dBranch, dense.dWeight, dense.dBias, pass.dOut, a.attended(), dense.weight);
    }
    if (mlp && parallel) {
      ops.layerNormBackward(
          passesOn ? pass.dOut : null, norm2.dWeight, norm2.dBias, pass.dNorm, a.in(),
          norm2.weight, a.mean1(), a.rstd1());
    }
    if (attention) {
      ops.attentionBackward(
          pass.dQkv, pass.dBranch, a.qkv(), a.probabilities(), rotations, pass.dScores, pass.shape);
      ops.matmulBackward(
          pass.dNorm, queryKeyValue.dWeight, queryKeyValue.dBias, pass.dQkv, a.norm1(),
          queryKeyValue.weight);
      ops.layerNormBackward(
          passesOn ? pass.dOut : null, norm1.dWeight, norm1.dBias, pass.dNorm, a.in(),
          norm1.weight, a.mean1(), a.rstd1());
    }
  }
}
