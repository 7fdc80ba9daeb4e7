package palimpsest.analysis.theory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The theory's constants as a real model has them on real texts. A Transformer's layer is no
 * matrix, so what it adds to the residual stream takes the place of {@code W^ℓ X^{ℓ−1}}: {@code δ_ℓ
 * = ‖X^ℓ − X^{ℓ−1}‖_F / ‖X^{ℓ−1}‖_F}, and {@code ε_ℓ} is what the update of this layer alone
 * changes about its output, over the same norm. Only the layers whose output is seen before the
 * last norm are counted: 1 to L − 1.
 *
 * @param deltas {@code [L − 1]}
 * @param epsilons {@code [L − 1]}
 * @param input {@code ‖X̃⁰ − X⁰‖_F / ‖X⁰‖_F}: what the update of the embedding does
 * @param measured {@code ‖X̃^ℓ − X^ℓ‖_F / ‖X⁰‖_F} for ℓ = 1 … L − 1, all layers updated
 */
public record LayerConstants(
    List<Double> deltas, List<Double> epsilons, double input, List<Double> measured) {
  public LayerConstants {
    deltas = List.copyOf(deltas);
    epsilons = List.copyOf(epsilons);
    measured = List.copyOf(measured);
  }

  /**
   * From hidden states of the same texts.
   *
   * @param before {@code [L + 1][texts][C]}
   * @param after with all updates
   * @param alone for ℓ = 1 … L − 1: hidden state ℓ of the model before with layer ℓ's update,
   *     {@code [L − 1][texts][C]}
   */
  public static LayerConstants of(double[][][] before, double[][][] after, double[][][] alone) {
    List<Double> deltas = new ArrayList<>();
    List<Double> epsilons = new ArrayList<>();
    List<Double> measured = new ArrayList<>();
    double start = DepthShift.norm(before[0]);
    for (int i = 0; i < alone.length; i++) {
      double in = DepthShift.norm(before[i]);
      deltas.add(DepthShift.distance(before[i], before[i + 1]) / in);
      epsilons.add(DepthShift.distance(before[i + 1], alone[i]) / in);
      measured.add(DepthShift.distance(before[i + 1], after[i + 1]) / start);
    }
    return new LayerConstants(
        deltas, epsilons, DepthShift.distance(before[0], after[0]) / start, measured);
  }

  /** The largest δ. */
  public double delta() {
    return largest(deltas);
  }

  /** The largest ε. */
  public double epsilon() {
    return largest(epsilons);
  }

  /** The bound on {@link #measured} after so many layers, each with its own constants. */
  public double bound(int layers) {
    return ShiftBound.of(deltas, epsilons, input, layers);
  }

  /** The bound with the largest constants for all layers, as the paper has it. */
  public double uniformBound(int layers) {
    return ShiftBound.of(
        Collections.nCopies(layers, delta()),
        Collections.nCopies(layers, epsilon()),
        input,
        layers);
  }

  private static double largest(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }
}
