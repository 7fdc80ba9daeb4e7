package palimpsest.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.base.RandomStream;

class SamplingTest {
  private static final float[] LOGITS = {0, 2, -1, 1};
  private static final int DRAWS = 40_000;

  @Test
  void withoutTemperatureTheLikeliest() {
    assertEquals(1, Sampling.at(0).choose(LOGITS, null));
  }

  /** Each as often as its probability says, within five standard errors. */
  @ParameterizedTest
  @CsvSource({"1, 2147483647", "0.5, 2147483647", "1, 2", "2, 3", "1, 1"})
  void drawnAsOftenAsTheSoftmaxOfTheLikeliestSays(double temperature, int top) {
    RandomGenerator random = RandomStream.of(5, "sampling");
    int[] counts = new int[LOGITS.length];
    for (int i = 0; i < DRAWS; i++) {
      counts[new Sampling(temperature, top).choose(LOGITS, random)]++;
    }
    int[] likeliest = {1, 3, 0, 2};
    double sum = 0;
    for (int rank = 0; rank < Math.min(top, likeliest.length); rank++) {
      sum += Math.exp(LOGITS[likeliest[rank]] / temperature);
    }
    for (int rank = 0; rank < likeliest.length; rank++) {
      int token = likeliest[rank];
      double p = rank < top ? Math.exp(LOGITS[token] / temperature) / sum : 0;
      assertEquals(p, counts[token] / (double) DRAWS, 5 * Math.sqrt(p * (1 - p) / DRAWS));
    }
  }

  @Test
  void refusesWhatCannotBeDrawnFrom() {
    assertThrows(IllegalArgumentException.class, () -> new Sampling(1, 0));
    assertThrows(IllegalArgumentException.class, () -> new Sampling(Double.NaN, 1));
  }
}
