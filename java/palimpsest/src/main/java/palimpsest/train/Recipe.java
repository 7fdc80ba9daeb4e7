package palimpsest.train;

/**
 * How one phase is optimised.
 *
 * @param steps length of the schedule
 * @param learningRate the peak
 * @param minimumRatio last learning rate over the peak, reached by a cosine; 1 keeps it constant
 * @param warmup steps of linear warm-up
 * @param weightDecay decoupled, on matrices (also on biases and norms if {@code decayAll})
 * @param clip largest global gradient norm; 0 for none
 */
public record Recipe(
    int steps,
    double learningRate,
    double minimumRatio,
    int warmup,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    boolean decayAll,
    double clip) {

  /** The same schedule at a rate that is so many times as high. */
  public Recipe times(double factor) {
    return new Recipe(
        steps,
        factor * learningRate,
        minimumRatio,
        warmup,
        beta1,
        beta2,
        epsilon,
        weightDecay,
        decayAll,
        clip);
  }

  /** The rate of step {@code t = 0, 1, …}: Hugging Face's {@code cosine_with_min_lr}. */
  public double rateAt(int t) {
    if (t < warmup) {
      return learningRate * t / warmup;
    }
    double progress = Math.min(1, (t - warmup) / (double) Math.max(1, steps - warmup));
    double cosine = 0.5 * (1 + Math.cos(Math.PI * progress));
    return learningRate * (minimumRatio + (1 - minimumRatio) * cosine);
  }
}
