package palimpsest.ops.reference;

import palimpsest.ops.AdamWStep;

/** AdamW (Loshchilov and Hutter 2019), in place. */
public final class ReferenceAdamW {
  private ReferenceAdamW() {}

  public static void step(
      double[] weights, double[] gradients, double[] moment1, double[] moment2, AdamWStep step) {
    for (int i = 0; i < weights.length; i++) {
      double gradient = gradients[i] * step.gradientScale();
      moment1[i] = step.beta1() * moment1[i] + (1 - step.beta1()) * gradient;
      moment2[i] = step.beta2() * moment2[i] + (1 - step.beta2()) * gradient * gradient;
      double mean = moment1[i] / (1 - Math.pow(step.beta1(), step.step()));
      double square = moment2[i] / (1 - Math.pow(step.beta2(), step.step()));
      weights[i] -= step.learningRate() * step.weightDecay() * weights[i];
      weights[i] -= step.learningRate() * mean / (Math.sqrt(square) + step.epsilon());
    }
  }
}
