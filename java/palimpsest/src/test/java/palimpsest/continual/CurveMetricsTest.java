package palimpsest.continual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import palimpsest.base.RandomStream;
import palimpsest.continual.LearningCurve.Point;

class CurveMetricsTest {
  /** Two tasks: the old one falls to .2 right after the switch and ends at .6. */
  private static final LearningCurve GAP =
      new LearningCurve(List.of(at(.9, 0), at(.2, .3), at(.5, .6), at(.6, 1)));

  @Test
  void theMinimumIsSeenThoughTheEndIsFine() {
    Map<String, Double> values = CurveMetrics.of(GAP);
    assertEquals(.2, values.get("minimum_accuracy"), 1e-12);
    assertEquals(.5 * 1 + .5 * .2, values.get("worst_case_accuracy"), 1e-12);
    assertEquals(.7, values.get("windowed_forgetting"), 1e-12);
    assertEquals(1, values.get("windowed_plasticity"), 1e-12);
  }

  @Test
  void theFrontIsAStaircase() {
    // Up to x = 0: .9; up to 1: .6, which beats .5 at .6 and .2 at .3.
    assertEquals(.6, CurveMetrics.of(GAP).get("front_area"), 1e-12);
    var steps = new LearningCurve(List.of(at(.9, .1), at(.7, .5), at(.1, .8)));
    assertEquals(.1 * .9 + .4 * .7 + .3 * .1, CurveMetrics.of(steps).get("front_area"), 1e-12);
  }

  @Test
  void theFrontAgreesWithSummingItsHeight() {
    RandomGenerator random = RandomStream.of(4, "test");
    for (int trial = 0; trial < 20; trial++) {
      var points = new ArrayList<Point>();
      for (int i = 0; i < 15; i++) {
        points.add(at(random.nextDouble(), random.nextInt(101) / 100.0));
      }
      double sum = 0;
      for (int cell = 0; cell < 100; cell++) {
        double x = (cell + .5) / 100;
        sum +=
            points.stream()
                .filter(point -> point.on(1) >= x)
                .mapToDouble(point -> point.on(0))
                .max()
                .orElse(0);
      }
      assertEquals(sum / 100, CurveMetrics.of(new LearningCurve(points)).get("front_area"), 1e-9);
    }
  }

  @Test
  void aFallThatTakesLongerThanTheWindowIsSeenInPart() {
    double[] slow = new double[30];
    for (int n = 0; n < slow.length; n++) {
      slow[n] = 1 - n / 30.0;
    }
    assertEquals((CurveMetrics.WINDOW - 1) / 30.0, CurveMetrics.largestDrop(slow), 1e-12);
    assertEquals(0, CurveMetrics.largestDrop(new double[] {.1, .2, .3}), 0);
  }

  @Test
  void moreTasksAreAveraged() {
    var curve =
        new LearningCurve(
            List.of(
                new Point(1, new double[] {.8, .0}),
                new Point(1, new double[] {.4, .9}),
                new Point(2, new double[] {.5, .9, .1}),
                new Point(2, new double[] {.3, .6, .7})));
    Map<String, Double> values = CurveMetrics.of(curve);
    assertEquals((.3 + .6) / 2, values.get("minimum_accuracy"), 1e-12);
    assertEquals(.7 / 3 + 2 / 3.0 * .45, values.get("worst_case_accuracy"), 1e-12);
    assertEquals((.5 + .3) / 2, values.get("windowed_forgetting"), 1e-12);
    assertEquals((.9 + .6) / 2, values.get("windowed_plasticity"), 1e-12);
  }

  @Test
  void withoutACurveNothingIsDefined() {
    Map<String, Double> values = CurveMetrics.of(new LearningCurve(List.of()));
    assertEquals(CurveMetrics.ALL.size(), values.size());
    values.forEach((name, value) -> assertNull(value, name));
  }

  @Test
  void unlikeTasksAreSaidToBeMixed() {
    Metric<?> average = Metrics.ALL.getFirst();
    Metric<?> forgetting =
        Metrics.ALL.stream()
            .filter(metric -> metric.name().equals("forgetting"))
            .findFirst()
            .orElseThrow();
    List<String> two = List.of("generalise", "memorise");
    List<String> three = List.of("generalise", "memorise", "memorise");
    assertTrue(average.mixes(two));
    assertTrue(!forgetting.mixes(two), "with two tasks only task 0 can be forgotten");
    assertTrue(forgetting.mixes(three));
    assertTrue(!average.mixes(List.of("memorise", "memorise")));
  }

  private static Point at(double old, double fresh) {
    return new Point(1, new double[] {old, fresh});
  }
}
