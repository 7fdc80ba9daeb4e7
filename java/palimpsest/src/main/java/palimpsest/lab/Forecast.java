package palimpsest.lab;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How long a run will still take. Work is counted in FLOPs; scoring a position is a third of
 * training it, for it has no backward pass. The speed is measured while the run goes on, its first
 * two seconds and twenty steps left out: the program is still being compiled then.
 */
final class Forecast {
  /** What scoring a position takes, training it being 1. */
  static final double SCORING = 1 / 3.0;

  private static final long WARM_UP = 2_000_000_000;
  private static final int WARM_UP_STEPS = 20;
  private static final long ENOUGH = 1_000_000_000;

  private final LongSupplier clock;
  private double ahead;
  private double planned;
  private double done;
  private long began;
  private long warmingUp;
  private int warmUpSteps;
  private long measured;
  private double measuredWork;

  /**
   * @param work of all phases together
   * @param clock in nanoseconds
   */
  Forecast(double work, LongSupplier clock) {
    this.ahead = work;
    this.clock = clock;
  }

  /** A phase begins that was planned to be so much work. */
  void begin(double work) {
    planned = work;
    done = 0;
    began = clock.getAsLong();
  }

  /** So much work of the running phase has been done. */
  void advance(double work) {
    done += work;
    long now = clock.getAsLong();
    long took = now - began;
    began = now;
    if (warmingUp < WARM_UP || warmUpSteps < WARM_UP_STEPS) {
      warmingUp += took;
      warmUpSteps++;
    } else {
      measured += took;
      measuredWork += work;
    }
  }

  /** So much work of the running phase was done before. */
  void skip(double work) {
    done += work;
    began = clock.getAsLong();
  }

  /** The running phase is over, or one was found done. */
  void end(double work) {
    ahead -= work;
    planned = 0;
    done = 0;
  }

  /** Empty until the speed is known. */
  Optional<Duration> remaining() {
    if (measured < ENOUGH || measuredWork == 0) {
      return Optional.empty();
    }
    double left = Math.max(0, ahead - Math.min(done, planned));
    return Optional.of(Duration.ofNanos((long) (left * measured / measuredWork)));
  }
}
