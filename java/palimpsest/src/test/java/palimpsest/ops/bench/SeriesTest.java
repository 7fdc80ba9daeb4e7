package palimpsest.ops.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import palimpsest.base.RandomStream;

class SeriesTest {
  private static Series of(double... values) {
    Series series = new Series();
    for (double value : values) {
      series.add(value);
    }
    return series;
  }

  @Test
  void quantilesAreBetweenTheNearestValues() {
    Series series = of(4, 1, 3, 2);
    assertEquals(2.5, series.median());
    assertEquals(1, series.quantile(0));
    assertEquals(4, series.quantile(1));
    assertEquals(1.15, series.quantile(0.05), 1e-12);
  }

  @Test
  void aFewValuesSayNothingOfTheirNoise() {
    assertEquals(Double.POSITIVE_INFINITY, of(1, 1, 1).noise());
  }

  /** The interval of ranks n/2 ± 0.98 √n holds the true median in 95 of 100 experiments. */
  @Test
  void theNoiseIsThatOfTheMedian() {
    RandomGenerator random = RandomStream.of(1, "series");
    int experiments = 2000;
    int within = 0;
    for (int i = 0; i < experiments; i++) {
      Series series = new Series();
      for (int n = 0; n < 101; n++) {
        series.add(Math.exp(0.1 * random.nextGaussian())); // its median is 1
      }
      within += Math.abs(series.median() - 1) <= series.noise() * series.median() ? 1 : 0;
    }
    double share = (double) within / experiments;
    assertTrue(share > 0.9 && share < 0.99, share + " of the experiments");
  }

  @Test
  void aFigureIsTheRangeOfItsRounds() {
    Figure.Builder builder = new Figure.Builder();
    builder.add(of(1, 2, 3), true);
    builder.add(of(5, 5, 5), true);
    builder.add(of(3, 4, 90), false);
    Figure figure = builder.build();
    assertEquals(4, figure.median());
    assertEquals(2, figure.low());
    assertEquals(5, figure.high());
    assertEquals(1, figure.min());
    assertEquals(9, figure.samples());
    assertEquals("time", figure.stopped());
    assertNull(figure.noise());
  }
}
