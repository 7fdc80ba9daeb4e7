package palimpsest.model;

import palimpsest.ops.Device;
import palimpsest.ops.DeviceMemory;
import palimpsest.ops.Ops;
import palimpsest.ops.Tensor;

/**
 * The last layer norm, the output matrix and the loss, on the M positions that count alone: in
 * question answering four of five positions are prompt or padding.
 */
final class Head {
  private final Ops ops;
  private final Block.Norm norm;
  private final Tensor weight;
  private final Tensor dWeight;
  private final float epsilon;
  private final boolean passesOn;

  private final Tensor rows;
  private final Tensor targets;
  private final Tensor largest;
  private final Tensor losses;
  private final Tensor counted;
  private final Tensor normed;
  private final Tensor mean;
  private final Tensor rstd;
  private final Tensor logits;
  private final Tensor dBranch;
  private final Tensor dNorm;

  Head(Ops ops, Weights weights, ActivationPlan plan, DeviceMemory arena, boolean passesOn) {
    this.ops = ops;
    this.passesOn = passesOn;
    ModelConfig config = weights.config();
    String matrix = config.tiedHead() ? "gpt_neox.embed_in.weight" : "embed_out.weight";
    norm = weights.norm("gpt_neox.final_layer_norm");
    weight = weights.weight(matrix);
    dWeight = weights.gradient(matrix);
    epsilon = (float) config.layerNormEpsilon();
    int n = plan.positions();
    Pass.View view = new Pass.View(plan, arena);
    rows = view.of("rows", n);
    targets = view.of("targets", n);
    largest = view.of("largest", n);
    losses = view.of("losses", n);
    counted = view.of("counted", n, config.width());
    normed = view.of("counted.norm", n, config.width());
    mean = view.of("counted.mean", n);
    rstd = view.of("counted.rstd", n);
    logits = view.of("logits", n, config.vocabulary());
    dBranch = view.of("d.branch", n, config.width());
    dNorm = view.of("d.norm", n, config.width());
  }

  /** Which positions count, and what should follow them. */
  void count(Device device, int[] rowsThatCount, int[] theirTargets, int m) {
    device.write(rows, rowsThatCount, 0, m);
    device.write(targets, theirTargets, 0, m);
  }

  /** Logits {@code [M, V]} of the positions that count. */
  Tensor forward(Tensor out, int m) {
    ops.gatherRows(counted.firstRows(m), out, rows);
    ops.layerNormForward(
        normed.firstRows(m), mean, rstd, counted.firstRows(m), norm.weight(), norm.bias(), epsilon);
    Tensor result = logits.firstRows(m);
    ops.matmul(result, normed.firstRows(m), weight);
    return result;
  }

  /** The losses and best guesses behind the logits, which are used up. */
  void score(int m) {
    ops.crossEntropy(losses, largest, logits.firstRows(m), targets);
  }

  /** Losses, and the gradient of {@code scale · Σ losses} down to {@code dOut [N, C]}. */
  void backward(Tensor dOut, int m, float scale) {
    Tensor dLogits = logits.firstRows(m);
    ops.crossEntropyForwardBackward(dLogits, losses, targets, scale);
    boolean normTrains = norm.dWeight() != null;
    Tensor d = normTrains || passesOn ? dNorm.firstRows(m) : null;
    ops.matmulBackward(d, dWeight, null, dLogits, normed.firstRows(m), weight);
    Tensor dCounted = null;
    if (passesOn) {
      dCounted = dBranch.firstRows(m);
      ops.zero(dCounted);
    }
    if (d != null) {
      ops.layerNormBackward(
          dCounted, norm.dWeight(), norm.dBias(), d, counted.firstRows(m), norm.weight(), mean,
          rstd);
    }
    if (passesOn) {
      ops.scatterRows(dOut, dCounted, rows);
    }
  }

  Tensor losses() {
    return losses;
  }

  Tensor largest() {
    return largest;
  }
}
