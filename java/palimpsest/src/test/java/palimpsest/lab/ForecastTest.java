package palimpsest.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForecastTest {
  private static final long SECOND = 1_000_000_000;

  private long now;
  private final Forecast forecast = new Forecast(1000, () -> now);

  @Test
  void saysNothingUntilTheSpeedIsKnown() {
    forecast.begin(500);
    assertEquals(Optional.empty(), forecast.remaining());
    for (int step = 0; step < 20; step++) {
      work(3, 1); // while the program warms up
      assertEquals(Optional.empty(), forecast.remaining());
    }
  }

  @Test
  void dividesWhatIsLeftByTheSpeedAfterTheWarmUp() {
    forecast.begin(500);
    warmUp();
    work(2, 100);
    work(2, 100);
    // 50 a second; 210 are done of the 1000
    assertEquals(Optional.of(Duration.ofMillis(790 * 1000 / 50)), forecast.remaining());
  }

  @Test
  void countsNoTimeBetweenPhasesAndNoWorkThatWasFoundDone() {
    forecast.begin(500);
    warmUp();
    work(10, 490);
    forecast.end(500);
    now += 1000 * SECOND;
    forecast.end(300);
    assertEquals(
        Optional.of(Duration.ofNanos((long) (200 * 10 * SECOND / 490.0))), forecast.remaining());
  }

  @Test
  void aPhaseThatTakesMoreThanPlannedLeavesTheOthersTheirTime() {
    forecast.begin(500);
    warmUp();
    work(60, 600);
    assertEquals(Optional.of(Duration.ofSeconds(50)), forecast.remaining());
  }

  @ParameterizedTest
  @CsvSource({"3, 10 s", "44, 40 s", "89, 90 s", "90, 2 min", "200, 3 min", "5400, 1.5 h"})
  void isToldRoughly(long seconds, String words) {
    assertEquals(words, Watch.rough(Duration.ofSeconds(seconds)));
  }

  private void warmUp() {
    for (int step = 0; step < 20; step++) {
      work(1, 0.5);
    }
  }

  private void work(long seconds, double work) {
    now += seconds * SECOND;
    forecast.advance(work);
  }
}
