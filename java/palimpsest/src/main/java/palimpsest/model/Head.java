package palimpsest.model;

import palimpsest.ops.Ops;
import palimpsest.ops.Tensor;

/** The last layer norm, the output matrix and the loss, on the M positions that count. */
final class Head {
  private final Ops ops;
  private final BlockWeights.Norm norm;
  private final Tensor weight;
  private final Tensor dWeight;
  private final float epsilon;
  private final boolean passesOn;

  private final Tensor largest;
  private final Tensor losses;
  private final Tensor normed;
  private final Tensor mean;
  private final Tensor rstd;
  private final Tensor logits;
  private final Tensor dNorm;

  /**
   * @param passesOn whether anything below the head trains
   */
  Head(Ops ops, Weights weights, Pass.View view, int positions, boolean passesOn) {
    this.ops = ops;
    this.passesOn = passesOn;
    ModelConfig config = weights.config();
    String matrix = config.tiedHead() ? "gpt_neox.embed_in.weight" : "embed_out.weight";
    norm = weights.norm("gpt_neox.final_layer_norm");
    weight = weights.weight(matrix);
    dWeight = weights.gradient(matrix);
    epsilon = (float) config.layerNormEpsilon();
    largest = view.of("largest", positions);
    losses = view.of("losses", positions);
    normed = view.of("head.norm", positions, config.width());
    mean = view.of("head.mean", positions);
    rstd = view.of("head.rstd", positions);
    logits =
        view.of("logits", positions, view.plan().logitsStride()).firstColumns(config.vocabulary());
    dNorm = view.of("d.norm", positions, config.width());
  }

  /** Logits {@code [M, V]}. */
  Tensor forward(Counted counted) {
    Tensor normal = normed.firstRows(counted.size());
    ops.layerNormForward(normal, mean, rstd, counted.out(), norm.weight(), norm.bias(), epsilon);
    Tensor result = logits.firstRows(counted.size());
    ops.matmul(result, normal, weight);
    return result;
  }

  /** The losses and best guesses behind the logits, which are used up. */
  void score(Counted counted) {
    ops.crossEntropy(losses, largest, logits.firstRows(counted.size()), counted.targets());
  }

  /** Losses, and the gradient of {@code scale · Σ losses} down to {@code counted.dOut}. */
  void backward(Counted counted, float scale, LogitLoss loss) {
    int m = counted.size();
    Tensor dLogits = logits.firstRows(m);
    loss.forwardBackward(ops, dLogits, losses, counted.targets(), scale);
    Tensor d = passesOn || norm.dWeight() != null ? dNorm.firstRows(m) : null;
    ops.matmulBackward(d, dWeight, null, dLogits, normed.firstRows(m), weight);
    if (passesOn) {
      ops.zero(counted.dOut());
    }
    if (d != null) {
      ops.layerNormBackward(
          passesOn ? counted.dOut() : null,
          norm.dWeight(),
          norm.dBias(),
          d,
          counted.out(),
          norm.weight(),
          mean,
          rstd);
    }
  }

  /** What {@link #forward} multiplied with the output matrix: {@code [M, C]}. */
  Tensor normed(int m) {
    return normed.firstRows(m);
  }

  Tensor losses() {
    return losses;
  }

  Tensor largest() {
    return largest;
  }
}
