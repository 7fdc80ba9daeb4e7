package palimpsest.model;

import palimpsest.ops.Ops;
import palimpsest.ops.Tensor;

/** What a model's logits are held against. */
@FunctionalInterface
public interface LogitLoss {
  /** The loss of a language model: the next tokens. */
  LogitLoss CROSS_ENTROPY =
      (ops, logits, losses, targets, scale) ->
          ops.crossEntropyForwardBackward(logits, losses, targets, scale);

  /**
   * Losses {@code [M]} of logits {@code [M, V]}, which give way to the gradient of {@code scale · Σ
   * losses}.
   *
   * @param targets {@code [M]}, the tokens that follow
   */
  void forwardBackward(Ops ops, Tensor logits, Tensor losses, Tensor targets, float scale);
}
