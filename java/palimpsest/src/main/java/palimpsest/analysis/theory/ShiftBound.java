package palimpsest.analysis.theory;

import java.util.List;

/**
 * How far the output of L residual layers can move, as a multiple of {@code ‖X⁰‖}, if {@code ‖W^ℓ‖
 * ≤ δ_ℓ} and {@code ‖ΔW^ℓ‖ ≤ ε_ℓ}. From {@code X̃^L − X^L = Σ_ℓ [Π_{k>ℓ} (I + W̃^k)] ΔW^ℓ X^{ℓ−1}}
 * and the triangle inequality.
 */
public final class ShiftBound {
  private ShiftBound() {}

  /**
   * {@code (1 + δ)^n [(1 + δ + ε)^{L−n} − (1 + δ)^{L−n}]}: the bound with the bottom n layers
   * frozen.
   */
  public static double of(double delta, double epsilon, int layers, int frozen) {
    int moving = layers - frozen;
    return Math.pow(1 + delta, frozen)
        * (Math.pow(1 + delta + epsilon, moving) - Math.pow(1 + delta, moving));
  }

  /** What it comes to for {@code L δ ≪ 1}: {@code (L − n) ε}, in proportion to the layers. */
  public static double proportional(double epsilon, int layers, int frozen) {
    return (layers - frozen) * epsilon;
  }

  /**
   * {@code (1 + η) Π (1 + δ_ℓ + ε_ℓ) − Π (1 + δ_ℓ)} over the first so many layers: each with its
   * own constants, and an input that moved itself.
   *
   * @param input η, {@code ‖X̃⁰ − X⁰‖ / ‖X⁰‖}
   */
  public static double of(List<Double> deltas, List<Double> epsilons, double input, int layers) {
    double still = 1;
    double moved = 1 + input;
    for (int i = 0; i < layers; i++) {
      still *= 1 + deltas.get(i);
      moved *= 1 + deltas.get(i) + epsilons.get(i);
    }
    return moved - still;
  }
}
