package palimpsest.continual;

import java.util.Arrays;
import java.util.Optional;
import palimpsest.model.FlatBuffer;
import palimpsest.train.GradientHook;
import palimpsest.train.Pupil;
import palimpsest.train.WeightSpace;

/**
 * {@code ½ λ Σ_j Ω_j (θ_j − θ*_j)²}: pulls each weight back to where it was, the harder the more it
 * is said to matter. Without importances all matter the same.
 */
final class QuadraticPenalty implements AutoCloseable {
  private static final String IMPORTANCE = "importance";
  private static final String ANCHOR = "anchor";

  private final double strength;
  private float[] importance;
  private float[] anchor;
  private FlatBuffer importanceThere;
  private FlatBuffer anchorThere;

  /**
   * @param strength λ
   */
  QuadraticPenalty(double strength) {
    this.strength = strength;
  }

  /** Whether it is ever anything but 0. */
  boolean active() {
    return strength > 0;
  }

  /** λ. */
  double strength() {
    return strength;
  }

  /** Ω, or {@code null} while nothing has been set. */
  float[] importance() {
    return importance;
  }

  /**
   * @param newImportance Ω; {@code null} for 1 everywhere
   * @param newAnchor θ*
   */
  void set(float[] newImportance, float[] newAnchor) {
    importance = newImportance;
    anchor = newAnchor;
  }

  /** Its gradient, for the steps of a task; nothing before anything is set. */
  Optional<GradientHook> hook(Pupil pupil) {
    if (!active() || anchor == null) {
      return Optional.empty();
    }
    release();
    importanceThere = vector(pupil.space(), importance == null ? ones() : importance);
    anchorThere = vector(pupil.space(), anchor);
    return Optional.of(
        (gradient, space) ->
            space.quadraticPenalty(
                gradient, importanceThere.all(), pupil.weights(), anchorThere.all(), strength));
  }

  private float[] ones() {
    float[] ones = new float[anchor.length];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static FlatBuffer vector(WeightSpace space, float[] values) {
    FlatBuffer vector = space.vector();
    space.write(vector.all(), values);
    return vector;
  }

  StrategyState state() {
    var state = new StrategyState();
    if (importance != null) {
      state.put(IMPORTANCE, importance);
    }
    if (anchor != null) {
      state.put(ANCHOR, anchor);
    }
    return state;
  }

  void load(StrategyState state) {
    importance = state.has(IMPORTANCE) ? state.floats(IMPORTANCE) : null;
    anchor = state.has(ANCHOR) ? state.floats(ANCHOR) : null;
  }

  /** Of θ* and Ω; while a task is learned they are on the device as well. */
  long bytes() {
    long numbers = importance == null ? 0 : importance.length;
    numbers += anchor == null ? 0 : anchor.length;
    return numbers * Float.BYTES;
  }

  /** Frees what is on the device. */
  void release() {
    if (anchorThere != null) {
      importanceThere.close();
      anchorThere.close();
      importanceThere = null;
      anchorThere = null;
    }
  }

  @Override
  public void close() {
    release();
  }
}
