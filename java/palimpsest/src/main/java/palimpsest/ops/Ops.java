package palimpsest.ops;

import java.util.List;

/**
 * The operations a GPT-NeoX Transformer needs, on one lane of a device. They are the fused units a
 * GPU wants; a CPU may loop inside them. Outputs come first. A gradient of a weight is always
 * <em>added</em> to what is there; a gradient of an activation is added only where the name or the
 * text says so. N = B T rows. Weights and activations have the {@link Device#computeType};
 * gradients of weights, statistics of rows and losses are fp32.
 */
public interface Ops {
  /**
   * What follows on this lane belongs to a place of the step. No operation: only a profiler
   * listens.
   */
  default void mark(Place place) {}

  /**
   * {@code out[n] = table[tokens[n]]}: out {@code [N, C]}, table {@code [V, C]}, tokens {@code
   * [N]}.
   */
  void embeddingForward(Tensor out, Tensor table, Tensor tokens);

  /** {@code dTable[tokens[n]] += dOut[n]}. */
  void embeddingBackward(Tensor dTable, Tensor tokens, Tensor dOut);

  /**
   * {@code out = (in − mean) rstd · weight + bias} by row; in and out {@code [N, C]}, mean and rstd
   * {@code [N]} are kept for the backward.
   */
  void layerNormForward(
      Tensor out, Tensor mean, Tensor rstd, Tensor in, Tensor weight, Tensor bias, float epsilon);

  /** Two layer norms of one input, as a parallel residual has them: the statistics are shared. */
  void layerNormPairForward(
      Tensor out1,
      Tensor out2,
      Tensor mean,
      Tensor rstd,
      Tensor in,
      Tensor weight1,
      Tensor bias1,
      Tensor weight2,
      Tensor bias2,
      float epsilon);

  /**
   * Adds the gradient to {@code dIn}, {@code dWeight} and {@code dBias}. A null {@code dIn} or a
   * null pair {@code dWeight}, {@code dBias} is not computed.
   */
  void layerNormBackward(
      Tensor dIn,
      Tensor dWeight,
      Tensor dBias,
      Tensor dOut,
      Tensor in,
      Tensor weight,
      Tensor mean,
      Tensor rstd);

  /**
   * {@link #layerNormBackward} of both norms of {@link #layerNormPairForward}: adds the sum of both
   * gradients to {@code dIn}. A null {@code dIn}, or two nulls for the parameters of one norm, are
   * not computed.
   */
  void layerNormPairBackward(
      Tensor dIn,
      Tensor dWeight1,
      Tensor dBias1,
      Tensor dWeight2,
      Tensor dBias2,
      Tensor dOut1,
      Tensor dOut2,
      Tensor in,
      Tensor weight1,
      Tensor weight2,
      Tensor mean,
      Tensor rstd);

  /**
   * {@code out = in rstd · weight} by row with {@code rstd = 1/√(mean(in²) + ε)}, the RMS norm of
   * Zhang and Sennrich (2019); in and out {@code [N, C]}, rstd {@code [N]} is kept for the
   * backward.
   */
  void rmsNormForward(Tensor out, Tensor rstd, Tensor in, Tensor weight, float epsilon);

  /** Adds the gradient to {@code dIn} and {@code dWeight}; one that is null is not computed. */
  void rmsNormBackward(
      Tensor dIn, Tensor dWeight, Tensor dOut, Tensor in, Tensor weight, Tensor rstd);

  /**
   * {@code out = in · weightᵀ + bias}: in {@code [N, I]}, weight {@code [O, I]}, out {@code [N,
   * O]}.
   */
  void matmulBias(Tensor out, Tensor in, Tensor weight, Tensor bias);

  /** {@code out += in · weightᵀ + bias}: a branch joins the residual. */
  void matmulBiasAdd(Tensor out, Tensor in, Tensor weight, Tensor bias);

  /** {@code hidden = in · weightᵀ + bias}, {@code out = gelu(hidden)}, in the form asked for. */
  void matmulBiasGelu(
      Tensor out, Tensor hidden, Tensor in, Tensor weight, Tensor bias, Activation form);

  /** {@code out = gelu(hidden)}: again what {@link #matmulBiasGelu} gave, to the bit. */
  void gelu(Tensor out, Tensor hidden, Activation form);

  /**
   * {@code dHidden = dOut · gelu′(hidden)}, in place on {@code dOut}, and {@code dBias += Σ
   * dHidden} of the bias that {@link #matmulBiasGelu} added, unless it is null.
   *
   * @param form that the forward had
   */
  void geluBackward(Tensor dOut, Tensor hidden, Tensor dBias, Activation form);

  /** {@code out = in · weightᵀ} without a bias: the logits. */
  void matmul(Tensor out, Tensor in, Tensor weight);

  /**
   * {@code dIn = dOut · weight}, {@code dWeight += dOutᵀ · in}, {@code dBias += Σ dOut}. Any of the
   * three may be null and is then not computed.
   */
  void matmulBackward(
      Tensor dIn, Tensor dWeight, Tensor dBias, Tensor dOut, Tensor in, Tensor weight);

  /**
   * Causal attention with rotary positions. {@code qkv [N, 3C]} holds q, k, v of each head side by
   * side ({@code [H, 3, D]} in a row) and may be left with q and k rotated; {@code out [N, C]}.
   *
   * @param kept for the backward, in the device's own form: {@link AttentionMemory#kept} elements
   * @param rotations {@code [positions, rotary]}: in each row the cosines, then the sines
   */
  void attentionForward(
      Tensor out, Tensor kept, Tensor qkv, Tensor rotations, AttentionShape shape);

  /**
   * The gradient with respect to the unrotated {@code qkv}.
   *
   * @param out what the forward left, like {@code qkv} and {@code kept}
   * @param scratch {@link AttentionMemory#scratch} elements, overwritten
   */
  void attentionBackward(
      Tensor dQkv,
      Tensor dOut,
      Tensor out,
      Tensor qkv,
      Tensor kept,
      Tensor rotations,
      Tensor scratch,
      AttentionShape shape);

  /**
   * Attention of one new token a row over a key/value cache: rotates q and k at {@code
   * positions[b]}, stores k and v there, and attends to positions 0 … {@code positions[b]}. {@code
   * qkv [B, 3C]}, {@code cache [B, shape.time, 2C]} with k and v of each head side by side ({@code
   * [H, 2, D]}), {@code out [B, C]}.
   *
   * @param scratch {@link AttentionMemory#scratch} elements, overwritten
   */
  void attentionDecode(
      Tensor out,
      Tensor cache,
      Tensor qkv,
      Tensor positions,
      Tensor rotations,
      Tensor scratch,
      AttentionShape shape);

  /**
   * Copies the rotated keys and the values of a forward pass into a cache: {@code qkv [B T, 3C]},
   * as the forward left it, to {@code cache [B, capacity, 2C]}.
   */
  void fillCache(Tensor cache, Tensor qkv, Tensor rotations, int capacity, AttentionShape shape);

  /** {@code out[m] = in[rows[m]]}: {@code [M, C]} from {@code [N, C]}. */
  void gatherRows(Tensor out, Tensor in, Tensor rows);

  /** {@code out[rows[m]] = in[m]}; all other rows become zero. */
  void scatterRows(Tensor out, Tensor in, Tensor rows);

  /**
   * Softmax cross-entropy: {@code losses[m] = −log softmax(logits[m])[targets[m]]} and, in place of
   * the logits, the gradient of {@code scale · Σ losses}. Logits {@code [M, V]}.
   */
  void crossEntropyForwardBackward(Tensor logits, Tensor losses, Tensor targets, float scale);

  /** Losses and the index of the largest logit (the first of equals) of each row. */
  void crossEntropy(Tensor losses, Tensor largest, Tensor logits, Tensor targets);

  /**
   * Distillation in place of the targets (Hinton et al. 2015): {@code losses[m] = T² KL(softmax
   * (teacher[m] / T) ‖ softmax(logits[m] / T))} and, in place of the logits, the gradient of {@code
   * scale · Σ losses}. Logits {@code [M, V]}; teacher {@code [M, V]} in fp32.
   */
  void distillationForwardBackward(
      Tensor logits, Tensor losses, Tensor teacher, float temperature, float scale);

  /**
   * {@code losses[m] = Σ_v (logits[m, v] − wanted[m, v])²} and, in place of the logits, the
   * gradient of {@code scale · Σ losses}. Logits {@code [M, V]}; wanted {@code [M, V]} in fp32, or
   * null for zeros.
   */
  void squaredErrorForwardBackward(Tensor logits, Tensor losses, Tensor wanted, float scale);

  /** {@code out = 0}. */
  void zero(Tensor out);

  /** {@code out += in}. */
  void add(Tensor out, Tensor in);

  /** {@code out = in}, rounded to nearest where {@code out} has fewer bits. */
  void copy(Tensor out, Tensor in);

  /** {@code Σ x y}, both fp32 {@code [n]}. */
  double dot(Tensor x, Tensor y);

  /** {@code y += a x}, both fp32 {@code [n]}. */
  void axpy(Tensor y, float a, Tensor x);

  /** {@code out += factor x²}, both fp32 {@code [n]}: a diagonal Fisher information grows. */
  void accumulateSquares(Tensor out, Tensor x, float factor);

  /** {@code out += factor |x|}, both fp32 {@code [n]}. */
  void accumulateMagnitudes(Tensor out, Tensor x, float factor);

  /**
   * {@code gradient += strength · importance (weights − anchor)}; returns {@code ½ strength Σ
   * importance (weights − anchor)²}. All fp32 {@code [n]}.
   */
  double quadraticPenalty(
      Tensor gradient, Tensor importance, Tensor weights, Tensor anchor, float strength);

  /**
   * Takes out of each row of {@code x [R, C]} what it has along the same row of {@code direction
   * [R, C]}, both fp32, as {@code along} says; a row of zeros in either leaves x as it is.
   */
  void removeAlong(Tensor x, Tensor direction, Along along, float strength);

  /**
   * {@code into += Σ from}, {@code from = 0}, in the segments that are not frozen; returns the sum
   * of the squares of {@code into} there. All are whole flat buffers.
   */
  double mergeGradients(SegmentTable segments, Tensor into, List<Tensor> from);

  /**
   * One AdamW step in the segments that are not frozen; the gradient is zeroed behind it, so that
   * the next step can add to it. All are whole flat buffers.
   *
   * @param compute the weights as the products read them, written in the same pass; {@code weights}
   *     itself where both are fp32
   */
  void adamw(
      SegmentTable segments,
      Tensor weights,
      Tensor compute,
      Tensor gradients,
      Tensor moment1,
      Tensor moment2,
      AdamWStep step);
}
