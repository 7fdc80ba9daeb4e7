package palimpsest.train;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * How the next token is chosen from its logits.
 *
 * @param temperature 0 for the most likely token each time, else by the softmax of {@code logits /
 *     temperature}
 * @param top drawn from the so many most likely tokens alone; {@link #ALL} for all of them
 */
public record Sampling(double temperature, int top) {
  /** Of {@link #top}: none is left out. */
  public static final int ALL = Integer.MAX_VALUE;

  public Sampling {
    if (!(temperature >= 0) || top < 1) {
      throw new IllegalArgumentException(
          "temperature %s, the %d most likely".formatted(temperature, top));
    }
  }

  /** From all tokens. */
  public static Sampling at(double temperature) {
    return new Sampling(temperature, ALL);
  }

  /**
   * @param logits V of them
   * @param random drawn from once, if the temperature is above 0
   */
  int choose(float[] logits, RandomGenerator random) {
    int best = 0;
    for (int v = 1; v < logits.length; v++) {
      best = logits[v] > logits[best] ? v : best;
    }
    return temperature == 0 ? best : draw(logits, logits[best], random);
  }

  private int draw(float[] logits, float max, RandomGenerator random) {
    float least = least(logits);
    double[] cumulative = new double[logits.length];
    double sum = 0;
    for (int v = 0; v < logits.length; v++) {
      sum += logits[v] < least ? 0 : Math.exp((logits[v] - max) / temperature);
      cumulative[v] = sum;
    }
    double point = random.nextDouble() * sum;
    int chosen = 0;
    while (chosen < logits.length - 1 && cumulative[chosen] <= point) {
      chosen++;
    }
    return chosen;
  }

  /** The smallest logit that may be drawn; its equals may be too. */
  private float least(float[] logits) {
    if (top >= logits.length) {
      return Float.NEGATIVE_INFINITY;
    }
    float[] sorted = logits.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length - top];
  }
}
