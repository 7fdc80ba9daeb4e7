package palimpsest.train;

/**
 * What one optimisation step did.
 *
 * @param step the steps done since {@link Learner#begin}, this one included
 * @param loss mean cross-entropy over the counted positions of the batch, in nats
 * @param added what the method adds to the loss: penalties, distillation; 0 for none
 * @param gradientNorm global norm over trainable parameters, before clipping
 * @param tokens positions processed, B x T
 */
public record StepReport(
    int step, double loss, double added, double learningRate, double gradientNorm, int tokens) {}
