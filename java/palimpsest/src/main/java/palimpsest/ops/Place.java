package palimpsest.ops;

import java.util.Locale;

/**
 * Where in a training step a lane is, for whoever takes the time.
 *
 * @param part of the model: {@code embed}, {@code layers.3}, {@code head}; all of it: {@code ""}
 */
public record Place(Phase phase, String part) {
  /** Before the first step, and between steps. */
  public static final Place OUTSIDE = new Place(Phase.OUTSIDE, "");

  public static final Place OPTIMIZER = new Place(Phase.OPTIMIZER, "");

  /** What a step is made of. */
  public enum Phase {
    OUTSIDE,
    FORWARD,
    BACKWARD,
    OPTIMIZER;

    /** In lower case, as tables have it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** One layer, counted from 0. */
  public static Place layer(Phase phase, int layer) {
    return new Place(phase, "layers." + layer);
  }

  /** What a time line calls it, such as {@code backward layers.3}. */
  public String label() {
    return part.isEmpty() ? phase.word() : phase.word() + " " + part;
  }
}
