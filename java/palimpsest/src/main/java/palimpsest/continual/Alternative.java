package palimpsest.continual;

import java.util.function.Supplier;

/**
 * Weights that a task might have been left with instead.
 *
 * @param step after which they were, or were begun from
 * @param alpha the share of the way that they went back
 * @param weights computed when asked for
 */
public record Alternative(int step, double alpha, Supplier<float[]> weights) {}
