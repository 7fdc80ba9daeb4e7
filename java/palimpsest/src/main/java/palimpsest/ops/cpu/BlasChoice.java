package palimpsest.ops.cpu;

import java.util.List;
import java.util.function.Consumer;
import palimpsest.base.EnvironmentException;

/**
 * Which library multiplies matrices. The small products of attention, head by head, are always
 * OpenBLAS's: it needs half as long as oneDNN for a head of 20 positions, and a tenth less for one
 * of 128.
 *
 * @param library for linear layers: {@code onednn}, {@code openblas}, or {@link #ANY}: oneDNN where
 *     it can be loaded, for it is the faster one, and else OpenBLAS
 * @param core of OpenBLAS, such as {@code Haswell} or {@code SkylakeX}, or {@link #ANY} for it to
 *     choose
 */
public record BlasChoice(String library, String core) {
  /** Leaves a choice open. */
  public static final String ANY = "auto";

  public static final String ONEDNN = "onednn";
  public static final String OPENBLAS = "openblas";

  /** What {@link #library} may be. */
  public static final List<String> LIBRARIES = List.of(ANY, ONEDNN, OPENBLAS);

  /** The best that there is here. */
  public static final BlasChoice BEST = new BlasChoice(ANY, ANY);

  /** The one for small products. */
  OpenBlas small() {
    return OpenBlas.load(core);
  }

  /**
   * The one for linear layers.
   *
   * @param notes is told in a line if it is not the best one for want of that
   */
  Blas large(Consumer<String> notes) {
    if (library.equals(OPENBLAS)) {
      return small();
    }
    try {
      return OneDnn.load();
    } catch (EnvironmentException e) {
      if (library.equals(ONEDNN)) {
        throw e;
      }
      notes.accept("products by OpenBLAS alone, a fifth slower: " + e.getMessage());
      return small();
    }
  }
}
