package palimpsest.model;

/**
 * Arithmetic of a model, for forecasts and shares of a peak. Products with weights and attention
 * count, two FLOPs a multiply-add; norms, activations and the optimiser do not.
 */
public final class Flops {
  /** Training is a forward pass and a backward one of twice as many products. */
  private static final double TRAINING = 3;

  /** What shares of a peak are computed with; {@link #training} counts a little more closely. */
  public static final String FORMULA =
      "(6 N + 6 L T C) tokens/s / peak, N = 12 L C² + V C (causal attention; without the embedding,"
          + " and without the products of positions that no loss is taken of)";

  private Flops() {}

  /**
   * One position of a forward pass: {@code 2 (L · 3 C² + (L − 1 + s) (C² + 2 C M) + s C V) + 2 L T
   * C}, attention reaching half the sequence on average.
   *
   * @param time T
   * @param counted s, the share of positions with a token to predict: behind the last attention the
   *     others are left out
   */
  public static double forward(ModelConfig shape, double time, double counted) {
    double c = shape.width();
    double branches = c * c + 2 * c * shape.mlpWidth();
    double weights =
        shape.layers() * 3 * c * c
            + (shape.layers() - 1 + counted) * branches
            + counted * c * shape.vocabulary();
    return 2 * weights + 2 * shape.layers() * time * c;
  }

  /** One position of a training step, nothing being frozen. */
  public static double training(ModelConfig shape, double time, double counted) {
    return TRAINING * forward(shape, time, counted);
  }

  /**
   * One position of a training step with the k bottom layers and the embedding frozen: they have no
   * backward pass, which is twice their forward one.
   *
   * @param frozen k
   */
  public static double training(ModelConfig shape, double time, double counted, int frozen) {
    double c = shape.width();
    double layer = 2 * (4 * c * c + 2 * c * shape.mlpWidth()) + 2 * time * c;
    return training(shape, time, counted) - 2 * frozen * layer;
  }
}
