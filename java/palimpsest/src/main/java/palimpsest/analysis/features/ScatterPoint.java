package palimpsest.analysis.features;

import java.util.ArrayList;
import java.util.List;
import palimpsest.data.Question;

/**
 * One question in the plots of Zheng et al., before and after: its coordinates {@code (h − mean) ·
 * direction} on each {@link Axis}.
 *
 * @param subject the number of the person asked about
 * @param before of h, a coordinate an axis
 * @param after of h′
 */
public record ScatterPoint(String attribute, int subject, List<Double> before, List<Double> after) {
  /** A direction, and whose mean lies at 0: that of the hidden states before or after. */
  public enum Axis {
    BEFORE_PC1,
    BEFORE_PC2,
    AFTER_PC1,
    AFTER_PC2,
    /** The mean shift, normalised, with the mean before at 0. */
    SHIFT_FROM_BEFORE,
    /** The mean shift, normalised, with the mean after at 0. */
    SHIFT_FROM_AFTER;

    private double[] direction(ShiftFrame frame) {
      return switch (this) {
        case BEFORE_PC1 -> frame.before().direction(0);
        case BEFORE_PC2 -> frame.before().direction(1);
        case AFTER_PC1 -> frame.after().direction(0);
        case AFTER_PC2 -> frame.after().direction(1);
        case SHIFT_FROM_BEFORE, SHIFT_FROM_AFTER -> Vectors.unit(frame.meanShift());
      };
    }

    private double[] origin(ShiftFrame frame) {
      return switch (this) {
        case BEFORE_PC1, BEFORE_PC2, SHIFT_FROM_BEFORE -> frame.before().mean();
        case AFTER_PC1, AFTER_PC2, SHIFT_FROM_AFTER -> frame.after().mean();
      };
    }
  }

  /** Of some of the questions; none of them if nothing moved, or there are no components. */
  static List<ScatterPoint> of(ShiftFrame frame, List<Question> questions, int[] chosen) {
    List<ScatterPoint> points = new ArrayList<>();
    boolean plane = frame.before().has(2) && frame.after().has(2);
    if (!plane || Vectors.norm(frame.meanShift()) == 0) {
      return points;
    }
    for (int i : chosen) {
      Question question = questions.get(i);
      points.add(
          new ScatterPoint(
              question.attribute(),
              question.subject(),
              coordinates(frame, frame.h()[i]),
              coordinates(frame, frame.hAfter()[i])));
    }
    return points;
  }

  private static List<Double> coordinates(ShiftFrame frame, double[] h) {
    List<Double> coordinates = new ArrayList<>();
    for (Axis axis : Axis.values()) {
      double[] fromOrigin = Vectors.minus(h, axis.origin(frame));
      coordinates.add(Vectors.dot(fromOrigin, axis.direction(frame)));
    }
    return coordinates;
  }
}
