package palimpsest.lab;

import java.time.Duration;
import java.util.List;

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
    double work =
        config.seeds().size()
            * Replicate.work(config, Experiment.methods(config), new Workload(config, stream));
    return duration(work, flops);
  }

  /** The time of runs that share all that comes before task 1. */
  static Duration of(List<Config> trials, double flops) {
    Config first = trials.getFirst();
    TaskStream stream = new BiographyTasks(first, first.seeds().getFirst());
    var workload = new Workload(first, stream);
    double shared = Replicate.work(first, List.of(), workload);
    double work = shared;
    for (Config trial : trials) {
      work += Replicate.work(trial, Experiment.methods(trial), workload) - shared;
    }
    return duration(first.seeds().size() * work, flops);
  }

  private static Duration duration(double work, double flops) {
    return Duration.ofMillis((long) (1000 * work / (WHOLE_STEP * flops)));
  }
}
