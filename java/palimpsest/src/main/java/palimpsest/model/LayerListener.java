package palimpsest.model;

import palimpsest.ops.Tensor;

/** What is done with activations before a layer may overwrite them. */
interface LayerListener {
  LayerListener NONE = new LayerListener() {};

  /** The layer is about to read its input {@code [N, C]}. */
  default void before(int layer, Tensor in) {}

  /** The layer's own activations are there. */
  default void after(int layer, Pass pass) {}
}
