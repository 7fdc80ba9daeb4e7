package palimpsest.continual;

import java.util.Optional;

/** The share of each batch that is filled with old questions. */
final class Mix {
  /** Half of each batch, as in the paper's code. */
  static final double USUAL = 0.5;

  static final Parameter PARAMETER = new Parameter.Share("mix", "m", USUAL, true, false);

  private Mix() {}

  /** So many rows of a batch. */
  static int rows(double mix, int rows) {
    return (int) Math.round(mix * rows);
  }

  /** What is wrong with a share, if anything is. */
  static Optional<String> misfit(double mix, Setting setting) {
    int old = rows(mix, setting.rows());
    if (old == setting.rows()) {
      return Optional.of(
          "mix=%s leaves no row of a batch of %d to the new task".formatted(mix, setting.rows()));
    }
    return mix > 0 && old == 0
        ? Optional.of("mix=%s is less than one row of %d".formatted(mix, setting.rows()))
        : Optional.empty();
  }
}
