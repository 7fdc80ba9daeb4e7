package palimpsest.ops.cuda;

import java.util.List;
import palimpsest.ops.Activation;
import palimpsest.ops.AdamWStep;
import palimpsest.ops.Along;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.Ops;
import palimpsest.ops.SegmentTable;
import palimpsest.ops.Tensor;

/**
 * {@link Ops} in one stream of a GPU: products by cublasLt or cuBLAS, everything else by our
 * kernels. An operation is only begun here; {@link CudaDevice#read} waits for it. Tensors say by
 * their dtype which kernel they need.
 */
final class CudaOps implements Ops, AutoCloseable {
  private final Matmul matmul;
  private final Attention attention;
  private final LayerNorm layerNorm;
  private final RmsNorm rmsNorm;
  private final Gelu gelu;
  private final Gelu tanhGelu;
  private final Residual residual;
  private final Embedding embedding;
  private final CrossEntropy crossEntropy;
  private final Imitation imitation;
  private final AdamW adamw;
  private final Ranges ranges;

  CudaOps(
      Matmul matmul,
      Residual residual,
      KernelModule module,
      Workspace workspace,
      CrossEntropy crossEntropy,
      AdamW adamw,
      Ranges ranges,
      KernelChoice choice) {
    this.matmul = matmul;
    this.residual = residual;
    this.crossEntropy = crossEntropy;
    this.adamw = adamw;
    this.ranges = ranges;
    attention = new Attention(module, choice);
    layerNorm = new LayerNorm(module, workspace, choice);
    rmsNorm = new RmsNorm(module, workspace);
    gelu = new Gelu(module, residual, choice, Activation.GELU);
    tanhGelu = new Gelu(module, residual, choice, Activation.GELU_TANH);
    embedding = new Embedding(module, choice);
    imitation = new Imitation(module);
  }

  AdamW adamw() {
    return adamw;
  }

  Ranges ranges() {
    return ranges;
  }

  @Override
  public void embeddingForward(Tensor out, Tensor table, Tensor tokens) {
    embedding.forward(out, table, tokens);
  }

  @Override
  public void embeddingBackward(Tensor dTable, Tensor tokens, Tensor dOut) {
    embedding.backward(dTable, tokens, dOut);
  }

  @Override
  public void layerNormForward(
      Tensor out, Tensor mean, Tensor rstd, Tensor in, Tensor weight, Tensor bias, float epsilon) {
    layerNorm.forward(out, mean, rstd, in, weight, bias, epsilon);
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
    layerNorm.pairForward(out1, out2, mean, rstd, in, weight1, bias1, weight2, bias2, epsilon);
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
    layerNorm.backward(dIn, dWeight, dBias, dOut, in, weight, mean, rstd);
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
    layerNorm.pairBackward(
        dIn, dWeight1, dBias1, dWeight2, dBias2, dOut1, dOut2, in, weight1, weight2, mean, rstd);
  }

  @Override
  public void rmsNormForward(Tensor out, Tensor rstd, Tensor in, Tensor weight, float epsilon) {
    rmsNorm.forward(out, rstd, in, weight, epsilon);
  }

  @Override
  public void rmsNormBackward(
      Tensor dIn, Tensor dWeight, Tensor dOut, Tensor in, Tensor weight, Tensor rstd) {
    rmsNorm.backward(dIn, dWeight, dOut, in, weight, rstd);
  }

  @Override
  public void matmulBias(Tensor out, Tensor in, Tensor weight, Tensor bias) {
    matmul.forward(out, in, weight, bias, 0);
  }

  @Override
  public void matmulBiasAdd(Tensor out, Tensor in, Tensor weight, Tensor bias) {
    matmul.forward(out, in, weight, bias, 1);
  }

  @Override
  public void matmulBiasGelu(
      Tensor out, Tensor hidden, Tensor in, Tensor weight, Tensor bias, Activation form) {
    matmul.forward(hidden, in, weight, bias, 0);
    gelu(form).forward(out, hidden);
  }

  private Gelu gelu(Activation form) {
    return switch (form) {
      case GELU -> gelu;
      case GELU_TANH -> tanhGelu;
    };
  }

  @Override
  public void geluBackward(Tensor dOut, Tensor hidden, Tensor dBias, Activation form) {
    gelu(form).backward(dOut, hidden, dBias);
  }

  @Override
  public void matmul(Tensor out, Tensor in, Tensor weight) {
    matmul.forward(out, in, weight, null, 0);
  }

  @Override
  public void matmulBackward(
      Tensor dIn, Tensor dWeight, Tensor dBias, Tensor dOut, Tensor in, Tensor weight) {
    if (dWeight != null) {
      matmul.backwardWeight(dWeight, dOut, in);
    }
    if (dBias != null) {
      residual.biasGradient(dBias, dOut);
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
    attention.backward(dQkv, dOut, out, qkv, kept, rotations, scratch, shape);
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
    attention.decode(out, cache, qkv, positions, rotations, shape);
  }

  @Override
  public void fillCache(
      Tensor cache, Tensor qkv, Tensor rotations, int capacity, AttentionShape shape) {
    attention.fillCache(cache, qkv, rotations, capacity, shape);
  }

  @Override
  public void gatherRows(Tensor out, Tensor in, Tensor rows) {
    residual.gather(out, in, rows);
  }

  @Override
  public void scatterRows(Tensor out, Tensor in, Tensor rows) {
    residual.scatter(out, in, rows);
  }

  @Override
  public void crossEntropyForwardBackward(
      Tensor logits, Tensor losses, Tensor targets, float scale) {
    crossEntropy.forwardBackward(logits, losses, targets, scale);
  }

  @Override
  public void crossEntropy(Tensor losses, Tensor largest, Tensor logits, Tensor targets) {
    crossEntropy.forward(losses, largest, logits, targets);
  }

  @Override
  public void distillationForwardBackward(
      Tensor logits, Tensor losses, Tensor teacher, float temperature, float scale) {
    imitation.distill(logits, losses, teacher, temperature, scale);
  }

  @Override
  public void squaredErrorForwardBackward(
      Tensor logits, Tensor losses, Tensor wanted, float scale) {
    imitation.squaredError(logits, losses, wanted, scale);
  }

  @Override
  public double dot(Tensor x, Tensor y) {
    return ranges.dot(x, y);
  }

  @Override
  public void axpy(Tensor y, float a, Tensor x) {
    ranges.axpy(y, a, x);
  }

  @Override
  public void accumulateSquares(Tensor out, Tensor x, float factor) {
    ranges.accumulateSquares(out, x, factor);
  }

  @Override
  public void accumulateMagnitudes(Tensor out, Tensor x, float factor) {
    ranges.accumulateMagnitudes(out, x, factor);
  }

  @Override
  public double quadraticPenalty(
      Tensor gradient, Tensor importance, Tensor weights, Tensor anchor, float strength) {
    return ranges.quadraticPenalty(gradient, importance, weights, anchor, strength);
  }

  @Override
  public void zero(Tensor out) {
    residual.zero(out);
  }

  @Override
  public void add(Tensor out, Tensor in) {
    residual.add(out, in);
  }

  @Override
  public void copy(Tensor out, Tensor in) {
    residual.copy(out, in);
  }

  @Override
  public void removeAlong(Tensor x, Tensor direction, Along along, float strength) {
    ranges.removeAlong(x, direction, along, strength);
  }

  @Override
  public double mergeGradients(SegmentTable segments, Tensor into, List<Tensor> from) {
    CudaSegments trained = (CudaSegments) segments;
    for (Tensor other : from) {
      ranges.merge(trained, into, other);
    }
    return ranges.squares(trained, into);
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
    adamw.step((CudaSegments) segments, weights, compute, gradients, moment1, moment2, step);
  }

  @Override
  public void close() {
    crossEntropy.close();
    adamw.close();
    ranges.close();
  }
}
