package palimpsest.train;

import palimpsest.ops.Tensor;

/** Changes the gradient of a step, summed over the lanes, before it is clipped. */
@FunctionalInterface
public interface GradientHook {
  /**
   * @param gradient a vector of the space, to be changed in place
   * @return what the hook adds to the loss; 0 if it is no gradient of a loss
   */
  double apply(Tensor gradient, WeightSpace space);
}
