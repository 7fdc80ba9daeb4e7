package palimpsest.ops.cpu;

import java.util.List;
import palimpsest.ops.Activation;
import palimpsest.ops.AdamWStep;
import palimpsest.ops.Along;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.Ops;
import palimpsest.ops.SegmentTable;
import palimpsest.ops.Tensor;

/**
 * {@link Ops} on one CPU thread, fp32: products by a {@link Blas}, everything else by the Vector
 * API.
 */
final class CpuOps implements Ops {
  private final Matmul matmul;
  private final Attention attention;

  /**
   * @param large for linear layers
   * @param small for single heads
   */
  CpuOps(Blas large, Blas small) {
    matmul = new Matmul(large);
    attention = new Attention(small);
  }

  @Override
  public void embeddingForward(Tensor out, Tensor table, Tensor tokens) {
    Rows.gather(out, table, tokens);
  }

  @Override
  public void embeddingBackward(Tensor dTable, Tensor tokens, Tensor dOut) {
    Rows.addAt(dTable, tokens, dOut);
  }

  @Override
  public void layerNormForward(
      Tensor out, Tensor mean, Tensor rstd, Tensor in, Tensor weight, Tensor bias, float epsilon) {
    LayerNorm.statistics(mean, rstd, in, epsilon);
    LayerNorm.normalize(out, mean, rstd, in, weight, bias);
  }

  @Override
  public void layerNormPairForward(
      Tensor out1,
      Tensor out2,
      Tensor mean,
      Tensor rstd,
      Tensor in,
      Tensor weight1,
      Tensor bias1,
      Tensor weight2,
      Tensor bias2,
      float epsilon) {
    LayerNorm.statistics(mean, rstd, in, epsilon);
    LayerNorm.normalize(out1, mean, rstd, in, weight1, bias1);
    LayerNorm.normalize(out2, mean, rstd, in, weight2, bias2);
  }

  @Override
  public void layerNormBackward(
      Tensor dIn,
      Tensor dWeight,
      Tensor dBias,
      Tensor dOut,
      Tensor in,
      Tensor weight,
      Tensor mean,
      Tensor rstd) {
    if (dWeight != null) {
      LayerNormBackward.weights(dWeight, dBias, dOut, in, mean, rstd);
    }
    if (dIn != null) {
      LayerNormBackward.input(dIn, dOut, in, weight, mean, rstd);
    }
  }

  @Override
  public void layerNormPairBackward(
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
      Tensor rstd) {
    layerNormBackward(dIn, dWeight2, dBias2, dOut2, in, weight2, mean, rstd);
    layerNormBackward(dIn, dWeight1, dBias1, dOut1, in, weight1, mean, rstd);
  }

  @Override
  public void rmsNormForward(Tensor out, Tensor rstd, Tensor in, Tensor weight, float epsilon) {
    RmsNorm.forward(out, rstd, in, weight, epsilon);
  }

  @Override
  public void rmsNormBackward(
      Tensor dIn, Tensor dWeight, Tensor dOut, Tensor in, Tensor weight, Tensor rstd) {
    if (dWeight != null) {
      RmsNorm.backwardWeight(dWeight, dOut, in, rstd);
    }
    if (dIn != null) {
      RmsNorm.backwardInput(dIn, dOut, in, weight, rstd);
    }
  }

  @Override
  public void matmulBias(Tensor out, Tensor in, Tensor weight, Tensor bias) {
    matmul.forward(out, in, weight, 0);
    Rows.addBias(out, bias);
  }

  @Override
  public void matmulBiasAdd(Tensor out, Tensor in, Tensor weight, Tensor bias) {
    Rows.addBias(out, bias);
    matmul.forward(out, in, weight, 1);
  }

  @Override
  public void matmulBiasGelu(
      Tensor out, Tensor hidden, Tensor in, Tensor weight, Tensor bias, Activation form) {
    matmul.forward(hidden, in, weight, 0);
    Gelu.forward(out, hidden, bias, form);
  }

  @Override
  public void gelu(Tensor out, Tensor hidden, Activation form) {
    Gelu.forward(out, hidden, null, form);
  }

  @Override
  public void geluBackward(Tensor dOut, Tensor hidden, Tensor dBias, Activation form) {
    switch (form) {
      case GELU -> Gelu.backward(dOut, hidden);
      case GELU_TANH -> TanhGelu.backward(dOut, hidden);
    }
    if (dBias != null) {
      Rows.sumInto(dBias, dOut);
    }
  }

  @Override
  public void matmul(Tensor out, Tensor in, Tensor weight) {
    matmul.forward(out, in, weight, 0);
  }

  @Override
  public void matmulBackward(
      Tensor dIn, Tensor dWeight, Tensor dBias, Tensor dOut, Tensor in, Tensor weight) {
    if (dWeight != null) {
      matmul.backwardWeight(dWeight, dOut, in);
    }
    if (dBias != null) {
      Rows.sumInto(dBias, dOut);
    }
    if (dIn != null) {
      matmul.backwardInput(dIn, dOut, weight);
    }
  }

  @Override
  public void attentionForward(
      Tensor out, Tensor kept, Tensor qkv, Tensor rotations, AttentionShape shape) {
    attention.forward(out, kept, qkv, rotations, shape);
  }

  @Override
  public void attentionBackward(
      Tensor dQkv,
      Tensor dOut,
      Tensor out,
      Tensor qkv,
      Tensor kept,
      Tensor rotations,
      Tensor scratch,
      AttentionShape shape) {
    attention.backward(dQkv, dOut, qkv, kept, rotations, scratch, shape);
  }

  @Override
  public void attentionDecode(
      Tensor out,
      Tensor cache,
      Tensor qkv,
      Tensor positions,
      Tensor rotations,
      Tensor scratch,
      AttentionShape shape) {
    attention.decode(out, cache, qkv, positions, rotations, scratch, shape);
  }

  @Override
  public void fillCache(
      Tensor cache, Tensor qkv, Tensor rotations, int capacity, AttentionShape shape) {
    Attention.fillCache(cache, qkv, capacity, shape);
  }

  @Override
  public void gatherRows(Tensor out, Tensor in, Tensor rows) {
    Rows.gather(out, in, rows);
  }

  @Override
  public void scatterRows(Tensor out, Tensor in, Tensor rows) {
    Rows.scatter(out, in, rows);
  }

  @Override
  public void crossEntropyForwardBackward(
      Tensor logits, Tensor losses, Tensor targets, float scale) {
    CrossEntropy.forwardBackward(logits, losses, targets, scale);
  }

  @Override
  public void crossEntropy(Tensor losses, Tensor largest, Tensor logits, Tensor targets) {
    CrossEntropy.forward(losses, largest, logits, targets);
  }

  @Override
  public void distillationForwardBackward(
      Tensor logits, Tensor losses, Tensor teacher, float temperature, float scale) {
    Imitation.distill(logits, losses, teacher, temperature, scale);
  }

  @Override
  public void squaredErrorForwardBackward(
      Tensor logits, Tensor losses, Tensor wanted, float scale) {
    Imitation.squaredError(logits, losses, wanted, scale);
  }

  @Override
  public double dot(Tensor x, Tensor y) {
    return Ranges.dot(x, y);
  }

  @Override
  public void axpy(Tensor y, float a, Tensor x) {
    Ranges.axpy(y, a, x);
  }

  @Override
  public void accumulateSquares(Tensor out, Tensor x, float factor) {
    Ranges.accumulateSquares(out, x, factor);
  }

  @Override
  public void accumulateMagnitudes(Tensor out, Tensor x, float factor) {
    Ranges.accumulateMagnitudes(out, x, factor);
  }

  @Override
  public double quadraticPenalty(
      Tensor gradient, Tensor importance, Tensor weights, Tensor anchor, float strength) {
    return Ranges.quadraticPenalty(gradient, importance, weights, anchor, strength);
  }

  @Override
  public void zero(Tensor out) {
    out.memory().fill((byte) 0);
  }

  @Override
  public void add(Tensor out, Tensor in) {
    Rows.add(out, in);
  }

  @Override
  public void copy(Tensor out, Tensor in) {
    out.memory().copyFrom(in.memory());
  }

  @Override
  public void removeAlong(Tensor x, Tensor direction, Along along, float strength) {
    Ranges.removeAlong(x, direction, along, strength);
  }

  @Override
  public double mergeGradients(SegmentTable segments, Tensor into, List<Tensor> from) {
    return AdamW.merge(segments.segments(), into, from);
  }

  @Override
  public void adamw(
      SegmentTable segments,
      Tensor weights,
      Tensor compute,
      Tensor gradients,
      Tensor moment1,
      Tensor moment2,
      AdamWStep step) {
    AdamW.step(segments.segments(), weights, gradients, moment1, moment2, step);
  }
}
