package palimpsest.model;

import palimpsest.ops.Activation;
import palimpsest.ops.AttentionShape;
import palimpsest.ops.Ops;
import palimpsest.ops.Tensor;

/**
 * One GPT-NeoX layer: {@code x + attention(norm1 x) + mlp(norm2 x)}, or one branch after the other
 * with a sequential residual. An adapter is a second, narrower MLP beside the first.
 */
final class Block {
  private final Ops ops;
  private final BlockWeights w;
  private final boolean parallel;
  private final float epsilon;
  private final Activation activation;
  private final Recompute recompute;
  private final Tensor rotations;

  /** Whether the layer keeps its input for a backward, or may change it in place. */
  private final boolean kept;

  /** Whether anything below this layer trains, so that its input's gradient is needed. */
  private final boolean passesOn;

  Block(
      Ops ops,
      Weights weights,
      int layer,
      int lowestTrainable,
      Recompute recompute,
      Tensor rotations) {
    this.ops = ops;
    this.recompute = recompute;
    this.rotations = rotations;
    w = BlockWeights.of(weights, layer);
    parallel = weights.config().parallelResidual();
    epsilon = (float) weights.config().layerNormEpsilon();
    activation = weights.config().activation();
    kept = layer + 1 >= lowestTrainable;
    passesOn = layer + 1 > lowestTrainable;
  }

  /** {@code out [N, C]} from {@code a.in}; the two are one buffer if nothing is kept. */
  void forward(Pass pass, Pass.Layer a, Tensor out) {
    Tensor in = kept ? a.in() : out;
    normalize(a, in);
    if (kept) {
      ops.copy(out, in);
    }
    attend(pass, a);
    ops.matmulBiasAdd(out, a.attended(), w.dense().weight(), w.dense().bias());
    if (!parallel) {
      ops.copy(a.middle(), out);
      normalize(a.norm2(), a.mean2(), a.rstd2(), out, w.norm2());
    }
    mlp(out, a, out.rows());
  }

  /** The norms of a layer's input: of a parallel residual both. */
  private void normalize(Pass.Layer a, Tensor in) {
    if (parallel) {
      ops.layerNormPairForward(
          a.norm1(),
          a.norm2(),
          a.mean1(),
          a.rstd1(),
          in,
          w.norm1().weight(),
          w.norm1().bias(),
          w.norm2().weight(),
          w.norm2().bias(),
          epsilon);
    } else {
      normalize(a.norm1(), a.mean1(), a.rstd1(), in, w.norm1());
    }
  }

  /**
   * {@code out [M, C]} of the last layer: attention looks at all positions, but what follows it is
   * needed only where a token is to be predicted.
   */
  void forwardCounted(Pass pass, Pass.Layer a, Tensor residual, Counted counted) {
    Tensor in = kept ? a.in() : residual;
    normalize(a.norm1(), a.mean1(), a.rstd1(), in, w.norm1());
    attend(pass, a);
    int m = counted.size();
    Tensor out = counted.out();
    ops.gatherRows(counted.in(), in, counted.rows());
    ops.gatherRows(counted.attended(), a.attended(), counted.rows());
    ops.copy(out, counted.in());
    ops.matmulBiasAdd(out, counted.attended(), w.dense().weight(), w.dense().bias());
    if (!parallel) {
      ops.copy(counted.in(), out); // from here on the input of the MLP's norm
    }
    Tensor norm2 = a.norm2().firstRows(m);
    normalize(norm2, counted.mean(), counted.rstd(), counted.in(), w.norm2());
    mlp(out, a, m);
  }

  private void attend(Pass pass, Pass.Layer a) {
    ops.matmulBias(a.qkv(), a.norm1(), w.queryKeyValue().weight(), w.queryKeyValue().bias());
    ops.attentionForward(a.attended(), a.attention(), a.qkv(), rotations, pass.shape);
  }

  /** The MLP of the first n rows of {@code norm2}, and the adapter beside it. */
  private void mlp(Tensor out, Pass.Layer a, int n) {
    Tensor normed = first(a.norm2(), n);
    branch(out, normed, first(a.hidden(), n), first(a.activated(), n), w.widen(), w.narrow());
    if (w.adapter() != null) {
      Tensor hidden = first(a.adapterHidden(), n);
      Tensor activated = first(a.adapterActivated(), n);
      branch(out, normed, hidden, activated, w.adapter().down(), w.adapter().up());
    }
  }

  /** The first n rows, without a view of its own where they are all. */
  private static Tensor first(Tensor tensor, int n) {
    return tensor.rows() == n ? tensor : tensor.firstRows(n);
  }

  private void branch(
      Tensor out,
      Tensor normed,
      Tensor hidden,
      Tensor activated,
      BlockWeights.Linear first,
      BlockWeights.Linear second) {
    ops.matmulBiasGelu(activated, hidden, normed, first.weight(), first.bias(), activation);
    ops.matmulBiasAdd(out, activated, second.weight(), second.bias());
  }

  private void normalize(Tensor out, Tensor mean, Tensor rstd, Tensor in, BlockWeights.Norm norm) {
    ops.layerNormForward(out, mean, rstd, in, norm.weight(), norm.bias(), epsilon);
  }

  /** One new token a row: {@code out [B, C]} in place, keys and values in {@code cache}. */
  void decode(
      Pass.Layer a,
      Tensor out,
      Tensor cache,
      Tensor positions,
      Tensor scratch,
      AttentionShape cached) {
    normalize(a.norm1(), a.mean1(), a.rstd1(), out, w.norm1());
    if (parallel) {
      normalize(a.norm2(), a.mean1(), a.rstd1(), out, w.norm2());
    }
    ops.matmulBias(a.qkv(), a.norm1(), w.queryKeyValue().weight(), w.queryKeyValue().bias());
    ops.attentionDecode(a.attended(), cache, a.qkv(), positions, rotations, scratch, cached);
    ops.matmulBiasAdd(out, a.attended(), w.dense().weight(), w.dense().bias());
    if (!parallel) {
      normalize(a.norm2(), a.mean2(), a.rstd2(), out, w.norm2());
    }
    mlp(out, a, out.rows());
  }

  /** Turns {@code pass.dOut} from the gradient of the output into that of the input. */
  void backward(Pass pass, Pass.Layer a) {
    computeAgain(a);
    boolean throughMlp = reachesMlp();
    backwardMlp(pass, a, pass.dOut, pass.positions(), throughMlp);
    if (throughMlp && !parallel) {
      Tensor dMiddle = reachesAttention() ? pass.dOut : null;
      backwardNorm2(dMiddle, pass.dNorm, a.middle(), a.mean2(), a.rstd2());
    }
    if (reachesAttention()) {
      backwardDense(pass.dBranch, pass.dOut, a.attended());
    }
    boolean pair = parallel && throughMlp && reachesAttention();
    if (throughMlp && parallel && !pair) {
      backwardNorm2(passesOn ? pass.dOut : null, pass.dNorm, a.in(), a.mean1(), a.rstd1());
    }
    if (pair) {
      backwardAttention(pass, a, pass.dBranch); // for pass.dNorm is the other norm's
      backwardNormPair(pass, a);
    } else if (reachesAttention()) {
      backwardAttention(pass, a, pass.dNorm);
      backwardNorm1(pass, a);
    }
  }

  /** What the layers above have overwritten since, as far as a weight's gradient needs it. */
  private void computeAgain(Pass.Layer a) {
    boolean adapts = w.adapter() != null && w.adapter().trains();
    if (recompute.norms() && (w.attentionTrains() || w.mlpTrains() || adapts)) {
      normalize(a, a.in());
      if (!parallel) {
        normalize(a.norm2(), a.mean2(), a.rstd2(), a.middle(), w.norm2());
      }
    }
    if (recompute.gelu() && w.mlpTrains()) {
      ops.gelu(a.activated(), a.hidden(), activation);
    }
  }

  /**
   * {@link #backward} of the last layer, whose activations are all there, from the gradient {@code
   * counted.dOut [M, C]}.
   */
  void backwardCounted(Pass pass, Pass.Layer a, Counted counted) {
    int m = counted.size();
    Tensor dOut = counted.dOut();
    Tensor dNorm = pass.dNorm.firstRows(m);
    boolean throughMlp = reachesMlp();
    backwardMlp(pass, a, dOut, m, throughMlp);
    if (throughMlp && !parallel) {
      Tensor dMiddle = reachesAttention() ? dOut : null;
      backwardNorm2(dMiddle, dNorm, counted.in(), counted.mean(), counted.rstd());
    }
    if (reachesAttention()) {
      backwardDense(counted.dBranch(), dOut, counted.attended());
      ops.scatterRows(pass.dBranch, counted.dBranch(), counted.rows());
    }
    if (throughMlp && parallel) {
      backwardNorm2(passesOn ? dOut : null, dNorm, counted.in(), counted.mean(), counted.rstd());
    }
    if (passesOn) {
      ops.scatterRows(pass.dOut, dOut, counted.rows());
    }
    if (reachesAttention()) {
      backwardAttention(pass, a, pass.dNorm);
      backwardNorm1(pass, a);
    }
  }

  private boolean reachesAttention() {
    return passesOn || w.attentionTrains();
  }

  /** With a sequential residual the MLP's gradient also flows on to the attention. */
  private boolean reachesMlp() {
    return passesOn || w.mlpTrains() || (!parallel && w.attentionTrains());
  }

  /**
   * From {@code dOut} to {@code pass.dNorm}, each of the first n rows.
   *
   * @param through whether the MLP's own gradients or anything before it are needed
   */
  private void backwardMlp(Pass pass, Pass.Layer a, Tensor dOut, int n, boolean through) {
    Tensor normed = first(a.norm2(), n);
    Tensor dNorm = through ? first(pass.dNorm, n) : null;
    if (through) {
      Tensor hidden = first(a.hidden(), n);
      Tensor activated = first(a.activated(), n);
      Tensor dHidden = first(pass.dHidden, n);
      backwardBranch(dNorm, dHidden, dOut, normed, hidden, activated, w.widen(), w.narrow());
    }
    BlockWeights.Adapter adapter = w.adapter();
    if (adapter != null && (through || adapter.trains())) {
      Tensor hidden = first(a.adapterHidden(), n);
      Tensor activated = first(a.adapterActivated(), n);
      Tensor dHidden = first(pass.dAdapter, n);
      Tensor dIn = through ? first(pass.dAdapterNorm, n) : null;
      backwardBranch(dIn, dHidden, dOut, normed, hidden, activated, adapter.down(), adapter.up());
      if (through) {
        ops.add(dNorm, dIn);
      }
    }
  }

  private void backwardBranch(
      Tensor dNorm,
      Tensor dHidden,
      Tensor dOut,
      Tensor normed,
      Tensor hidden,
      Tensor activated,
      BlockWeights.Linear first,
      BlockWeights.Linear second) {
    backwardLinear(dHidden, second, dOut, activated);
    ops.geluBackward(dHidden, hidden, first.dBias(), activation);
    ops.matmulBackward(dNorm, first.dWeight(), null, dHidden, normed, first.weight());
  }

  private void backwardNorm2(Tensor dIn, Tensor dNorm, Tensor in, Tensor mean, Tensor rstd) {
    BlockWeights.Norm norm = w.norm2();
    ops.layerNormBackward(dIn, norm.dWeight(), norm.dBias(), dNorm, in, norm.weight(), mean, rstd);
  }

  private void backwardDense(Tensor dAttended, Tensor dOut, Tensor attended) {
    backwardLinear(dAttended, w.dense(), dOut, attended);
  }

  private void backwardLinear(Tensor dIn, BlockWeights.Linear linear, Tensor dOut, Tensor in) {
    ops.matmulBackward(dIn, linear.dWeight(), linear.dBias(), dOut, in, linear.weight());
  }

  /**
   * From {@code pass.dBranch}, the gradient of what was attended to, to {@code dNorm}, which may be
   * {@code pass.dBranch} itself.
   */
  private void backwardAttention(Pass pass, Pass.Layer a, Tensor dNorm) {
    ops.attentionBackward(
        pass.dQkv,
        pass.dBranch,
        a.attended(),
        a.qkv(),
        a.attention(),
        rotations,
        pass.scratch,
        pass.shape);
    backwardLinear(dNorm, w.queryKeyValue(), pass.dQkv, a.norm1());
  }

  private void backwardNorm1(Pass pass, Pass.Layer a) {
    BlockWeights.Norm norm = w.norm1();
    ops.layerNormBackward(
        passesOn ? pass.dOut : null,
        norm.dWeight(),
        norm.dBias(),
        pass.dNorm,
        a.in(),
        norm.weight(),
        a.mean1(),
        a.rstd1());
  }

  /** Both norms of a parallel residual, the first's gradient in {@code pass.dBranch}. */
  private void backwardNormPair(Pass pass, Pass.Layer a) {
    ops.layerNormPairBackward(
        passesOn ? pass.dOut : null,
        w.norm1().dWeight(),
        w.norm1().dBias(),
        w.norm2().dWeight(),
        w.norm2().dBias(),
        pass.dBranch,
        pass.dNorm,
        a.in(),
        w.norm1().weight(),
        w.norm2().weight(),
        a.mean1(),
        a.rstd1());
  }
}
