package palimpsest.continual;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import palimpsest.model.FreezePlan;

/**
 * Freezing as the paper's code was released: a layer is frozen if one of the written names is
 * anywhere in its tensors' names, so {@code layers.1} also means layers 10 to 19.
 */
final class SubstringFreeze {
  private SubstringFreeze() {}

  /** The embedding and the bottom n layers, as those words are understood there. */
  static FreezePlan bottom(int n, int layers) {
    List<String> names = IntStream.range(0, n).mapToObj(layer -> "layers." + layer).toList();
    return FreezePlan.bottom(0).and(of(names, layers));
  }

  /**
   * @param names such as {@code layers.1}
   * @param layers L
   */
  static FreezePlan of(List<String> names, int layers) {
    var frozen = new ArrayList<String>();
    for (int layer = 0; layer < layers; layer++) {
      String tensor = "gpt_neox.layers.%d.mlp.dense_h_to_4h.weight".formatted(layer);
      if (names.stream().anyMatch(tensor::contains)) {
        frozen.add("layers." + layer);
      }
    }
    return FreezePlan.parse(frozen, layers, false);
  }
}
