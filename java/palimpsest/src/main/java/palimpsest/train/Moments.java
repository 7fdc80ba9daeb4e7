package palimpsest.train;

/**
 * AdamW's memory, to go on with in another phase.
 *
 * @param first running mean of the gradients, a flat buffer
 * @param second running mean of their squares, a flat buffer
 * @param steps steps behind them, for the bias corrections
 */
public record Moments(float[] first, float[] second, int steps) {}
