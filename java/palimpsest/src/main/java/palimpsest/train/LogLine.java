package palimpsest.train;

/**
 * One line of {@code metrics.jsonl}.
 *
 * @param phase {@code pretrain}, {@code task0}, {@code task1}, …, {@code recovery}
 * @param method {@code null} where all methods share the phase
 * @param from where a recovery starts: {@code early}, {@code last} or {@code control}; else {@code
 *     null}
 * @param repeat which repetition of the fine-tuning, 0 for the first
 * @param loss of the step's batch, in nats
 * @param added to the loss by the method; 0 for none
 * @param gradientNorm over trainable parameters, before clipping
 * @param tokensPerSecond since the line before, evaluation left out
 */
public record LogLine(
    long seed,
    String phase,
    String method,
    String from,
    int repeat,
    int step,
    double loss,
    double added,
    double learningRate,
    double gradientNorm,
    double tokensPerSecond) {}
