package palimpsest.analysis.landscape;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;

/** Looks up the losses at places of a plane. */
public final class Survey {
  private final Plane plane;
  private final Losses losses;
  private final List<float[]> buffers = new ArrayList<>();

  /**
   * @param weights in a model
   */
  public Survey(Plane plane, Losses losses, int weights) {
    this.plane = plane;
    this.losses = losses;
    for (int i = 0; i < losses.atOnce(); i++) {
      buffers.add(new float[weights]);
    }
  }

  /**
   * The losses at each place, in their order.
   *
   * @param progress is told the share that is done
   */
  public List<TaskLosses> at(List<Plane.Coordinates> places, DoubleConsumer progress) {
    List<TaskLosses> found = new ArrayList<>(places.size());
    while (found.size() < places.size()) {
      int count = Math.min(buffers.size(), places.size() - found.size());
      for (int i = 0; i < count; i++) {
        Plane.Coordinates place = places.get(found.size() + i);
        plane.weights(place.x(), place.y(), buffers.get(i));
      }
      found.addAll(losses.at(buffers.subList(0, count)));
      progress.accept(found.size() / (double) places.size());
    }
    return found;
  }
}
