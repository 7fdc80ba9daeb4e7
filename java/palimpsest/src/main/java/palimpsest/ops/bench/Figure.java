package palimpsest.ops.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * A time in seconds, measured in several rounds with other measurements between them. The interval
 * is the range of the rounds' medians: that of R independent ones holds the true median with
 * probability {@code 1 − 2^(1−R)}, 97 % for six.
 *
 * @param median of the rounds' medians
 * @param low the smallest of them
 * @param high the largest
 * @param p5 of all samples, as {@code p95} and {@code min}
 * @param rounds their medians, in order
 * @param noise the largest of the rounds' own: half the 95 % interval of a median, over the median;
 *     null where a round had too few samples to say
 * @param stopped {@code noise} if every round ended because it was quiet enough, else {@code time}
 */
public record Figure(
    double median,
    double low,
    double high,
    double p5,
    double p95,
    double min,
    int samples,
    List<Double> rounds,
    Double noise,
    String stopped) {

  /** What is known while rounds go on. */
  static final class Builder {
    private final List<Double> medians = new ArrayList<>();
    private final Series all = new Series();
    private double noise;
    private boolean quiet = true;

    /**
     * Adds a round.
     *
     * @param wasQuiet whether it ended because its noise was small enough
     */
    void add(Series round, boolean wasQuiet) {
      medians.add(round.median());
      all.addAll(round);
      noise = Math.max(noise, round.noise());
      quiet &= wasQuiet;
    }

    Figure build() {
      Series rounds = new Series();
      medians.forEach(rounds::add);
      return new Figure(
          rounds.median(),
          rounds.quantile(0),
          rounds.quantile(1),
          all.quantile(0.05),
          all.quantile(0.95),
          all.quantile(0),
          all.size(),
          List.copyOf(medians),
          Double.isFinite(noise) ? noise : null,
          quiet ? "noise" : "time");
    }
  }
}
