package palimpsest.model;

import palimpsest.ops.Place;
import palimpsest.ops.Place.Phase;

/** The places of a Transformer's forward and backward pass, made once. */
final class Places {
  static final Place EMBED = new Place(Phase.FORWARD, "embed");
  static final Place HEAD = new Place(Phase.FORWARD, "head");
  static final Place HEAD_BACK = new Place(Phase.BACKWARD, "head");
  static final Place EMBED_BACK = new Place(Phase.BACKWARD, "embed");

  private final Place[] forward;
  private final Place[] backward;

  Places(int layers) {
    forward = new Place[layers];
    backward = new Place[layers];
    for (int layer = 0; layer < layers; layer++) {
      forward[layer] = Place.layer(Phase.FORWARD, layer);
      backward[layer] = Place.layer(Phase.BACKWARD, layer);
    }
  }

  Place forward(int layer) {
    return forward[layer];
  }

  Place backward(int layer) {
    return backward[layer];
  }
}
