package palimpsest.lab;

import java.time.Duration;
import palimpsest.model.ModelConfig;

/** How long a run will take, before it has begun. */
public final class Estimate {
  /**
   * Of the speed of the matrix products, what is left over a whole training step. Two thirds were
   * measured; attention's small products, norms and the optimiser take the rest.
   */
  private static final double WHOLE_STEP = 2 / 3.0;

  private Estimate() {}

  /**
   * The time of a run that trains everything itself and in which every method needs all the steps
   * that {@code seq} may take.
   *
   * @param flops of matrix products on the whole device, a second
   */
  public static Duration of(Config config, double flops) {
    TaskStream stream = new BiographyTasks(config, config.seeds().getFirst());
    double positions = config.seeds().size() * Replicate.work(config, new Workload(config, stream));
    ModelConfig shape = config.model().shape(stream.tokenizer().vocabulary());
    double seconds = positions * trainingFlops(shape, config) / (WHOLE_STEP * flops);
    return Duration.ofMillis((long) (1000 * seconds));
  }

  /**
   * {@code 3 · (2 · (L (4 C² + 2 C M) + C V) + 4 L T C / 2)} for each position: forward once,
   * backward twice; products with weights, and attention over half the positions on average.
   */
  private static double trainingFlops(ModelConfig shape, Config config) {
    double c = shape.width();
    double weights =
        shape.layers() * (4 * c * c + 2 * c * shape.mlpWidth()) + c * shape.vocabulary();
    double attention = 2.0 * shape.layers() * config.pretrain().length() * c;
    return 3 * (2 * weights + attention);
  }
}
