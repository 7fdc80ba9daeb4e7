package palimpsest.analysis.landscape;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Evenly spaced places of a plane: {@code x = first.. last} by 1 / {@code perUnit}, and so for y.
 * Whole numbers are exact.
 */
public record Grid(int firstX, int lastX, int firstY, int lastY, int perUnit) {
  /** x from −1 to 2.5 and y from −1 to 2 by 0.05: 71 x 61 places, as the paper's. */
  public static final Grid PAPER = new Grid(-20, 50, -20, 40, 20);

  /** The columns. */
  public List<Double> xs() {
    return places(firstX, lastX);
  }

  /** The rows. */
  public List<Double> ys() {
    return places(firstY, lastY);
  }

  private List<Double> places(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(i -> i / (double) perUnit).toList();
  }

  /** All places, row by row. */
  public List<Plane.Coordinates> places() {
    List<Plane.Coordinates> places = new ArrayList<>();
    for (double y : ys()) {
      for (double x : xs()) {
        places.add(new Plane.Coordinates(x, y));
      }
    }
    return places;
  }
}
