package palimpsest.analysis.theory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import palimpsest.base.Matrix;
import palimpsest.ops.cpu.Lapack;

/**
 * Residual layers with nothing but matrices, {@code X^ℓ = X^{ℓ−1} + W^ℓ X^{ℓ−1}}, and an update of
 * each: the setting of the propositions, in double precision.
 */
public record LinearStack(List<Layer> layers) {
  /**
   * One layer.
   *
   * @param weight W, d × d
   * @param update ΔW, d × d
   */
  public record Layer(Matrix weight, Matrix update) {}

  public LinearStack {
    layers = List.copyOf(layers);
  }

  /**
   * {@code X^0 … X^L} before the update.
   *
   * @param x X⁰, d × samples
   */
  public List<Matrix> before(Matrix x) {
    return states(x, layers.size());
  }

  /**
   * {@code X̃^0 … X̃^L} with the updates of all layers but the first so many.
   *
   * @param x X⁰, d × samples
   */
  public List<Matrix> after(Matrix x, int frozen) {
    return states(x, frozen);
  }

  private List<Matrix> states(Matrix x, int frozen) {
    List<Matrix> states = new ArrayList<>();
    states.add(x);
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      Matrix applied = i < frozen ? layer.weight() : sum(layer.weight(), layer.update());
      states.add(sum(states.getLast(), Lapack.product(applied, states.getLast())));
    }
    return states;
  }

  private static Matrix sum(Matrix a, Matrix b) {
    double[] values = new double[a.values().length];
    Arrays.setAll(values, i -> a.values()[i] + b.values()[i]);
    return new Matrix(a.rows(), a.columns(), values);
  }
}
