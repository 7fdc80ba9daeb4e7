package palimpsest.ops;

/**
 * The scalars of one AdamW step (Loshchilov and Hutter 2019, as in PyTorch).
 *
 * @param step t = 1, 2, …, for the bias corrections
 * @param weightDecay where a segment decays
 * @param gradientScale factor on every gradient first (clipping)
 */
public record AdamWStep(
    int step,
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    double gradientScale) {}
