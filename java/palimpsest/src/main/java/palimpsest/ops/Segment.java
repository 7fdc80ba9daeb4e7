package palimpsest.ops;

/**
 * A stretch of the flat buffers that the optimiser treats alike.
 *
 * @param offset of its first element
 * @param rateScale factor on the learning rate
 * @param decays whether weight decay applies
 * @param frozen whether nothing of it may change: weights, moments, gradients are not touched
 */
public record Segment(long offset, int length, float rateScale, boolean decays, boolean frozen) {}
