package palimpsest.analysis.landscape;

/**
 * Mean losses over questions, in nats a token of answer and end.
 *
 * @param task0 of the old task
 * @param task1 of the new one
 */
public record TaskLosses(double task0, double task1) {}
