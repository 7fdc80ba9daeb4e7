package palimpsest.analysis.theory;

import palimpsest.model.Parameter;
import palimpsest.model.ParameterLayout;

/**
 * Models put together from two: the bottom of one, the top of another. With the bottom from before
 * a training and the rest from after it, what freezing would have kept is seen without training
 * again.
 */
public final class LayerSwap {
  private LayerSwap() {}

  /** How many places there are to cut at, from nothing below to everything. */
  public static int cuts(ParameterLayout layout) {
    return layout.config().layers() + 3;
  }

  /**
   * Flat weights: what is below the cut from one model, the rest from another.
   *
   * @param cut 0 takes nothing from {@code lower}, 1 the embedding, 1 + n the embedding and n
   *     layers, 2 + L everything
   */
  public static float[] hybrid(ParameterLayout layout, float[] lower, float[] upper, int cut) {
    float[] weights = upper.clone();
    for (Parameter parameter : layout.parameters()) {
      if (parameter.stage() < cut) {
        take(weights, lower, parameter);
      }
    }
    return weights;
  }

  /**
   * Flat weights with one layer of another model.
   *
   * @param layer from 0
   */
  public static float[] withLayer(
      ParameterLayout layout, float[] weights, float[] other, int layer) {
    float[] mixed = weights.clone();
    for (Parameter parameter : layout.parameters()) {
      if (parameter.stage() == layer + 1) {
        take(mixed, other, parameter);
      }
    }
    return mixed;
  }

  /** What is below a cut, in words. */
  public static String below(int cut, int layers) {
    if (cut == 0) {
      return "nothing";
    }
    if (cut == 1) {
      return "embedding";
    }
    if (cut == layers + 2) {
      return "everything";
    }
    return cut == 2 ? "embedding, layer 0" : "embedding, layers 0–%d".formatted(cut - 2);
  }

  private static void take(float[] into, float[] from, Parameter parameter) {
    int first = Math.toIntExact(parameter.offset());
    System.arraycopy(from, first, into, first, Math.toIntExact(parameter.size()));
  }
}
